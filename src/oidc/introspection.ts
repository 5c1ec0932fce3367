import type { Request } from "express";
import type { KoaContextWithOIDC } from "oidc-provider";
import { isWellFormedKey } from "../api-keys/key.ts";
import { findKeyOwner } from "../api-keys/owner-queries.ts";
import { findClient } from "../applications/queries.ts";
import type { Database } from "../database/database.ts";
import type { CurrentUser } from "../roles/people.ts";
import { permissionTable } from "../roles/roles.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { answerCacheControl } from "../web/headers.ts";

/**
 * Adds to introspection (RFC 7662) what the user can do, and API keys: a service asks about a key that it was sent
 * instead of passing it on. Runs around oidc-provider's own answer.
 */
export function introspection(db: Database) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { route, client, params } = ctx.oidc ?? {};
    const answer = ctx.body as { active?: boolean; sub?: string } | undefined;
    if (route !== "introspection" || !client || answer?.active === undefined) return;
    ctx.set("Cache-Control", answerCacheControl);
    const token = String(params?.token ?? "");
    if (answer.active) {
      const user = await findCurrentUser(db, Number(answer.sub));
      if (user) Object.assign(answer, userParts(user));
    } else if (isWellFormedKey(token)) ctx.body = await describeKey(db, ctx, { token, clientId: client.clientId });
  };
}

const userParts = (user: CurrentUser) => ({
  username: user.email,
  role: user.role,
  permissions: permissionTable[user.role],
  organization: user.organization,
});

/** A key counts only where its owner may use the application, and for what the API would let it do. */
async function describeKey(
  db: Database,
  ctx: KoaContextWithOIDC,
  { token, clientId }: { token: string; clientId: string },
): Promise<object> {
  const found = await findKeyOwner(db, token, () => (ctx.req as Request).ip);
  const application = await findClient(db, clientId);
  const isUsable =
    found?.owner.organization.plan === "pro" &&
    !found.owner.mustChangePassword &&
    application?.organizationId === found.owner.organizationId &&
    application.roles.includes(found.owner.role);
  if (!found || !isUsable) return { active: false };
  const { scope, expiresAt } = found.key;
  return {
    ...{ active: true, token_type: "api_key", scope, sub: String(found.owner.id) },
    ...(expiresAt && { exp: Math.floor(Date.parse(expiresAt) / 1000) }),
    ...userParts(found.owner),
  };
}
