import type { Request } from "express";
import { isWellFormedKey, looksLikeKey } from "../api-keys/key.ts";
import { findKeyOwner, type KeyOwner } from "../api-keys/owner-queries.ts";
import { type ApplicationKey, findApplicationByKey } from "../applications/key-queries.ts";
import type { Deps } from "../deps.ts";
import type { Organization } from "../roles/people.ts";
import { Problem } from "./problems.ts";

declare module "express-serve-static-core" {
  interface Request {
    /** Whose key the request has. */
    caller?: Caller;
  }
}

/** Whose key it is: a user's, or an application's own. */
export type Caller = KeyOwner | ApplicationKey;

export const isUsers = (caller: Caller): caller is KeyOwner => "owner" in caller;

/** The owner of a user's key. @throws Problem forbidden for an application's own key */
export function requireOwner(caller: Caller): KeyOwner {
  if (!isUsers(caller)) throw new Problem("forbidden");
  return caller;
}

export const organizationOf = (caller: Caller): Organization =>
  isUsers(caller) ? caller.owner.organization : caller.organization;

const challenge = { "WWW-Authenticate": 'Bearer realm="Roster"' };

/** Reads only the header: an address ends up in logs and histories. @throws Problem unauthorized */
export async function authenticate({ db }: Pick<Deps, "db">, req: Request): Promise<Caller> {
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
  const found = isWellFormedKey(text)
    ? ((await findKeyOwner(db, text, () => req.ip)) ?? (await findApplicationByKey(db, text)))
    : undefined;
  req.caller = requireKey(found);
  return req.caller;
}

/** @throws Problem unauthorized */
export function requireKey<C extends Caller>(found: C | undefined): C {
  if (!found) throw new Problem("unauthorized", { headers: challenge });
  return found;
}

/** The text sent as a key, or "". */
export function keyText(req: Request): string {
  return (req.get("X-API-Key") || /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "")?.[1]) ?? "";
}

/** What any operation needs. @throws Problem pro-needed or new-password-needed */
export function requireUsableKey(caller: Caller): void {
  if (organizationOf(caller).plan !== "pro") throw new Problem("pro-needed");
  if (isUsers(caller) && caller.owner.mustChangePassword) throw new Problem("new-password-needed");
}
