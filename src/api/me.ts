import { z } from "zod";
import { actions, can, features, permissionTable, roles } from "../roles/roles.ts";
import { answerCacheControl } from "../web/headers.ts";
import { requireOwner } from "./authenticate.ts";
import { type Operation, operation } from "./operation.ts";
import { Problem } from "./problems.ts";
import { exampleUser, listSchema, meSchema, roleSchema, userResource } from "./resources.ts";

const examplePermissions = permissionTable.manager;

export const me: Operation = operation({
  summary: "Get the key, its owner and their permissions",
  responses: {
    200: {
      description: "The owner, with their permissions and organization, and the key",
      schema: meSchema,
      example: {
        ...exampleUser,
        permissions: examplePermissions,
        organization: { id: 1, name: "Acme", plan: "pro" },
        key: { name: "Key 1", scope: "read", expiresAt: "2026-06-01T09:30:00.000Z" },
      },
    },
  },
  handle: async ({ caller }) => {
    const { owner, key } = requireOwner(caller);
    const body = {
      ...userResource(owner),
      permissions: permissionTable[owner.role],
      organization: owner.organization,
      key: { name: key.name, scope: key.scope, expiresAt: key.expiresAt },
    };
    return { status: 200, body };
  },
});

export const checkPermission: Operation = operation({
  summary: "Check whether the key's owner has a permission",
  description:
    "For services that ask before acting, and for proxies. The status is the answer: 204 for yes, 403 for no. It can be kept for a minute.",
  query: z.object({
    feature: z.enum(features, `Use one of ${features.join(", ")}`).meta({ example: "apps" }),
    action: z.enum(actions, `Use one of ${actions.join(", ")}`).meta({ example: "edit" }),
  }),
  responses: { 204: { description: "Yes", headers: ["Cache-Control"] } },
  handle: async ({ caller, query: { feature, action } }) => {
    const { owner } = requireOwner(caller);
    const headers = { "Cache-Control": answerCacheControl, Vary: "Authorization, X-API-Key" };
    if (!can(owner, `${feature}:${action}`)) throw new Problem("forbidden", { headers });
    return { status: 204, headers };
  },
});

export const listRoles: Operation = operation({
  summary: "List what each role can do",
  responses: {
    200: {
      description: "The permissions of each role",
      schema: listSchema(roleSchema, "RoleList"),
      example: { data: [{ role: "manager", permissions: examplePermissions }], nextCursor: null },
    },
  },
  handle: async () => ({
    status: 200,
    body: { data: roles.map((role) => ({ role, permissions: permissionTable[role] })), nextCursor: null },
  }),
});
