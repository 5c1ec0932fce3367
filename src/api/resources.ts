import { z } from "zod";
import type { ApiKey } from "../api-keys/queries.ts";
import type { User } from "../roles/people.ts";
import { actions, type Feature, roles } from "../roles/roles.ts";
import { partOf, userFields } from "../users/fields.ts";

// The API's data as zod schemas, from which the OpenAPI document is generated. No member is named after a password or a
// hash.

/** The schemas that have a name in the document. */
export const named = z.registry<{ id: string }>();

const id = z.int().min(1);
const time = z.iso.datetime().meta({ description: "RFC 3339, UTC" });
const userMembers = {
  id,
  ...partOf(userFields, "resource"),
  invitedUntil: time
    .nullable()
    .meta({ description: "RFC 3339, UTC: when the newest invitation link ends or has ended; null once accepted" }),
  createdAt: time,
  lastLoginAt: time.nullable(),
};

export const userSchema = z.object(userMembers).register(named, { id: "User" });

const invitationUrl = z.url().optional().meta({
  description: "The link to hand out, given once, if Roster has no mail server. Otherwise Roster emails it",
});
export const invitedUserSchema = z.object({ ...userMembers, invitationUrl }).register(named, { id: "InvitedUser" });

export function userResource(user: User): z.infer<typeof userSchema> {
  const names = Object.keys(userMembers) as (keyof typeof userMembers)[];
  return Object.fromEntries(names.map((name) => [name, user[name]])) as z.infer<typeof userSchema>;
}

/** The version, which If-Match compares; then the last log-in, which changes the response but not the user. */
export function userEtag({ version, lastLoginAt }: User): string {
  return `"${version}-${lastLoginAt ? Date.parse(lastLoginAt).toString(36) : 0}"`;
}

const granted = z.array(z.enum(actions));

const permissionsSchema = z
  .object({ organization: granted, users: granted, apps: granted, partners: granted } satisfies Record<
    Feature,
    z.ZodType
  >)
  .meta({ description: "Allowed actions for each feature" })
  .register(named, { id: "Permissions" });

const scope = z.enum(["read", "write"]).meta({ description: "write includes read" });

export const meSchema = z
  .object({
    ...userMembers,
    permissions: permissionsSchema,
    organization: z.object({ id, name: z.string(), plan: z.enum(["free", "pro"]) }),
    key: z.object({ name: z.string(), scope, expiresAt: time.nullable() }),
  })
  .register(named, { id: "Me" });

export const roleSchema = z
  .object({ role: z.enum(roles), permissions: permissionsSchema })
  .register(named, { id: "Role" });

export const keySchema = z
  .object({
    id,
    name: z.string(),
    start: z.string().meta({ description: "The first 11 characters, which the pages show" }),
    scope,
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .register(named, { id: "ApiKey" });

export function keyResource(key: ApiKey): z.infer<typeof keySchema> {
  const { id, name, start, scope, createdAt, expiresAt, lastUsedAt, revokedAt } = key;
  return { id, name, start, scope, createdAt, expiresAt, lastUsedAt, revokedAt };
}

const person = z.object({ id, name: z.string() });

export const activitySchema = z
  .object({
    id,
    at: time,
    action: z.string().meta({ description: "For example role.updated" }),
    actor: z.object({
      kind: z.enum(["user", "operator", "system", "visitor"]),
      user: person.nullable(),
      key: person.nullable(),
      command: z.string().nullable().meta({ description: "The operator's command" }),
    }),
    from: z.object({ address: z.string().nullable(), browser: z.string().nullable() }).meta({
      description:
        "Where the change came from: the IP address (a network for counts of refused log-ins) and the browser, as sent in User-Agent",
    }),
    groupId: z.int().nullable().meta({ description: "The row of the group action that this change is a part of" }),
    subject: person.nullable(),
    changes: z.record(z.string(), z.object({ before: z.string().nullable(), after: z.string().nullable() })),
  })
  .register(named, { id: "Activity" });

/** A list with the cursor of its next page, or null at the end. */
export function listSchema<T extends z.ZodType>(item: T, name: string) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() }).register(named, { id: name });
}

/** Query parameters of every list. */
export const listQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "Use a whole number from 1 to 200")
    .transform(Number)
    .refine((value) => value >= 1 && value <= 200, "Use a whole number from 1 to 200")
    .default(50)
    .meta({
      description: "The maximum number of items",
      shownAs: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    }),
  cursor: z.string().max(2_000).optional().meta({ description: "The nextCursor of the previous page; opaque" }),
};

export const exampleUser = {
  id: 7,
  ...partOf(userFields, "example"),
  invitedUntil: null,
  createdAt: "2026-03-01T09:30:00.000Z",
  lastLoginAt: "2026-03-04T08:01:12.345Z",
};
