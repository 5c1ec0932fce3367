import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import type { Database } from "../database/database.ts";
import type { Channel, Deliver } from "../outbox/attempt-send.ts";
import type { LogOut } from "../sessions/application-access.ts";
import { loadSigningKeys } from "./signing-keys.ts";

type Parts = { db: Database; baseUrl: string; dataDir: string };

/** Sends log-out tokens to applications (OpenID Connect Back-Channel Logout 1.0). */
export function logOutChannel(parts: Parts): Channel {
  return {
    kind: "log-out",
    deliver: postLogOutToken(parts),
    concurrency: 20,
    timeoutMs: 10_000,
    isPermanentFailure: () => false,
    explain: (message) => message.slice(0, 300),
    failedAction: "application.log-out-failed",
  };
}

/** Signed at each try, because a token is valid for two minutes (2.4). */
function postLogOutToken({ db, baseUrl, dataDir }: Parts): Deliver {
  return async ({ uid, userId, address, text }, signal) => {
    const { clientId, sid }: LogOut = JSON.parse(text);
    const [key] = (await loadSigningKeys(db, dataDir)).present;
    if (!key) throw new Error("there is no signing key");
    const token = await new SignJWT({
      ...(sid !== undefined && { sid }),
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "logout+jwt" })
      .setIssuer(baseUrl)
      .setSubject(String(userId))
      .setAudience(clientId)
      .setJti(uid)
      .setIssuedAt()
      .setExpirationTime("2m")
      .sign(createPrivateKey({ key, format: "jwk" }));
    // A redirect is a failure: its target is not what an Admin entered.
    const body = new URLSearchParams({ logout_token: token });
    const answer = await fetch(address, { method: "POST", body, signal, redirect: "manual" });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the application answered ${answer.status}`);
  };
}
