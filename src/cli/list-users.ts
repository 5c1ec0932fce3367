import { z } from "zod";
import { userResource } from "../api/resources.ts";
import type { Database } from "../database/database.ts";
import type { Organization, User } from "../roles/people.ts";
import { usersInBatches } from "../users/export.ts";
import { statusFilters, type UserFilter } from "../users/list-order.ts";
import { words } from "../words/words.ts";
import { dataCommand, requireOrganization } from "./installation.ts";
import { organizationOption, roleOption } from "./options.ts";
import { listOrganizations } from "./queries.ts";

const schema = z.object({
  organization: organizationOption.optional(),
  search: z
    .string()
    .max(200, "Use at most 200 characters")
    .default("")
    .meta({ form: "TEXT", description: "part of a name or email address" }),
  role: roleOption.optional(),
  status: z
    .enum(statusFilters, `Choose one of ${statusFilters.join(", ")}`)
    .optional()
    .meta({ form: "STATUS", description: statusFilters.join(", ") }),
});

export const listUsersCommand = dataCommand({
  summary: "lists users by organization and name; the options filter as on the Managers page",
  schema,
  example: "--organization Acme --role admin --status active",
  run: async ({ db }, { organization: name, ...filter }, printList) => {
    const organizations = name === undefined ? await listOrganizations(db) : [await requireOrganization(db, name)];
    return printList(usersOf(db, organizations, filter), {
      line: describe,
      json: ({ organization, ...user }) => ({ ...userResource(user), organization }),
      none: "No users found.",
    });
  },
});

type Listed = User & { organization: Organization };

/** In batches, because there may be very many. */
async function* usersOf(db: Database, organizations: Organization[], filter: UserFilter): AsyncGenerator<Listed[]> {
  const order = { key: "name", descending: false } as const;
  for (const organization of organizations)
    for await (const users of usersInBatches(db, { organizationId: organization.id, filter, order }))
      yield users.map((user) => ({ ...user, organization }));
}

function describe(user: Listed): string {
  const { id, email, firstName, lastName, role, status, invitedUntil, lastLoginAt, deactivateOn } = user;
  const seen = lastLoginAt ? `last login ${lastLoginAt}` : "never logged in";
  const notes = [
    invitedUntil ? `invited until ${invitedUntil}` : seen,
    ...(deactivateOn && status === "active" ? [`active until the end of ${deactivateOn}`] : []),
  ];
  return `${id}  ${email}  ${firstName} ${lastName}  ${words().roles[role]}, ${status}, ${user.organization.name}; ${notes.join("; ")}`;
}
