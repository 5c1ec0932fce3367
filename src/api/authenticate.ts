import type { Request } from "express";
import { isWellFormedKey, looksLikeKey } from "../api-keys/key.ts";
import { findKeyOwner, type KeyOwner } from "../api-keys/owner-queries.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "./problems.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** The owner of the request's key. */
    key?: KeyOwner;
  }
}

const challenge = { "WWW-Authenticate": 'Bearer realm="Roster"' };

/** Reads only the header: an address ends up in logs and histories. @throws Problem unauthorized */
export async function authenticate({ db }: Pick<Deps, "db">, req: Request): Promise<KeyOwner> {
  if (
    Object.values(req.query)
      .flat()
      .some((value) => looksLikeKey(String(value)))
  ) {
    const detail =
      "A key in an address ends up in logs. Revoke this key, and send its successor in the header X-API-Key.";
    throw new Problem("unauthorized", { detail, headers: challenge });
  }
  const text = keyText(req);
  const found = isWellFormedKey(text) ? await findKeyOwner(db, text, () => req.ip) : undefined;
  req.key = requireKey(found);
  return req.key;
}

/** @throws Problem unauthorized */
export function requireKey(found: KeyOwner | undefined): KeyOwner {
  if (!found) throw new Problem("unauthorized", { headers: challenge });
  return found;
}

/** The text sent as a key, or "". */
export function keyText(req: Request): string {
  return (req.get("X-API-Key") || /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "")?.[1]) ?? "";
}

/** What the owner needs for any operation. @throws Problem pro-needed or new-password-needed */
export function requireUsableKey({ owner }: KeyOwner): void {
  if (owner.organization.plan !== "pro") throw new Problem("pro-needed");
  if (owner.mustChangePassword) throw new Problem("new-password-needed");
}
