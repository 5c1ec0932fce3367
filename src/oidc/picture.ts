import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { findPhoto } from "../users/photo-queries.ts";
import { findRecord } from "./records.ts";

/** Where applications read a user's photo, with the access token. */
export const picturePath = "/oidc/picture";

/** The claim `picture`; each photo has another address, so that a new one is noticed. */
export const pictureAddress = (baseUrl: string, photoHash: string): string =>
  `${baseUrl}${picturePath}?photo=${photoHash}`;

/** The photo of the token's user, for the scope `profile` (RFC 6750). */
export function showPicture({ db }: Pick<Deps, "db">): RequestHandler {
  return async (req, res) => {
    const [, text = ""] = /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "") ?? [];
    const token = await findRecord(db, "AccessToken", text);
    if (!token?.accountId || !token.scope?.split(" ").includes("profile")) {
      res.status(401).set("WWW-Authenticate", 'Bearer realm="Roster", error="invalid_token"').end();
      return;
    }
    const userId = Number(token.accountId);
    const hash = (await findCurrentUser(db, userId))?.photoHash;
    const image = hash && (await findPhoto(db, { userId, hash, size: "large" }));
    if (!image) throw new NotFound();
    res.set("Cache-Control", "private, max-age=3600").type("image/webp").send(image);
  };
}
