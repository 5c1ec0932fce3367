import type { RequestHandler } from "express";
import { permissionTable } from "../roles/roles.ts";
import type { User } from "../users/queries.ts";
import { keyOf } from "./authenticate.ts";

/** A user as the API shows one: no member is named for a password or a hash. */
function userResource({ id, firstName, lastName, email, role, status, createdAt, lastLoginAt }: User) {
  return { id, firstName, lastName, email, role, status, createdAt, lastLoginAt };
}

export const me: RequestHandler = (req, res) => {
  const { owner, keyName } = keyOf(req);
  res.json({
    ...userResource(owner),
    permissions: permissionTable[owner.role],
    organization: owner.organization,
    key: { name: keyName, scope: "read", expiresAt: null },
  });
};
