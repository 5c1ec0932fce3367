import type { Knex } from "knex";
import { z } from "zod";
import { inviteUser } from "../invitations/changes.ts";
import { ForPeopleOnly } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import { changeUser, createUser } from "../users/changes.ts";
import { email, partOf, personalInformation } from "../users/fields.ts";
import { sortKeys, statusFilters, type UserOrder } from "../users/list-order.ts";
import { listUsers as findUsers } from "../users/list-queries.ts";
import { requireUser } from "../users/queries.ts";
import { peopleOnlyReason } from "../users/rules.ts";
import { idParam } from "../web/form.ts";
import { encodeCursor } from "../web/paging.ts";
import { organizationOf } from "./authenticate.ts";
import { type ApiResponse, type Call, type Operation, operation } from "./operation.ts";
import {
  exampleUser,
  invitedUserSchema,
  listQuery,
  listSchema,
  userEtag,
  userResource,
  userSchema,
} from "./resources.ts";
import { parseUserCursor, validateNewUser, validateUserChange, validateUserCursor } from "./user-validation.ts";

/** @param link to be shown once */
export const answerWith = (status: number, user: User, link?: string): ApiResponse => ({
  status,
  body: { ...userResource(user), ...(link !== undefined && { invitationUrl: link }) },
  headers: { ETag: userEtag(user) },
});

/** The user in the address, in the key's organization. @throws NotFound */
export async function subjectUser({ deps, caller, req }: Call): Promise<User> {
  return requireUser(deps.db, organizationOf(caller).id, idParam(req));
}

/** Without a mail server the caller hands the link out. */
export const deliveryOf = ({ config }: Call["deps"]): "mail" | "link" => (config.smtpUrl ? "mail" : "link");

const deactivateOn = z.iso
  .date("Use a day such as 2026-12-05, or null")
  .nullable()
  .meta({ description: "The last day on which the user is active, in the organization's time zone; null for none" });
const role = z.enum(roles, `Use one of ${roles.join(", ")}`);
const sorts = sortKeys.flatMap((key) => [key, `-${key}`]);

export const listUsers: Operation = operation({
  summary: "List the organization's users",
  description: "Sorted by `sort`, by default by name. Inactive users are included.",
  query: z.object({
    search: z
      .string()
      .max(200, "Use at most 200 characters")
      .default("")
      .meta({ description: "Parts of names or the email address; ignores case and accents" }),
    role: role.optional(),
    status: z
      .enum(statusFilters, `Use one of ${statusFilters.join(", ")}`)
      .optional()
      .meta({ description: "All but `inactive` are some of the active users; `active` includes `invited`" }),
    sort: z.enum(sorts, `Use one of ${sorts.join(", ")}`).default("name"),
    ...listQuery,
  }),
  responses: {
    200: {
      description: "A page of users",
      schema: listSchema(userSchema, "UserList"),
      example: { data: [exampleUser], nextCursor: null },
    },
  },
  validate: validateUserCursor,
  handle: async ({ deps, caller, query }) => {
    const { search, role, status, sort, limit, cursor } = query;
    const order = { key: sort.replace("-", ""), descending: sort.startsWith("-") } as UserOrder;
    const from = cursor === undefined ? undefined : parseUserCursor(cursor);
    const page = await findUsers(deps.db, organizationOf(caller).id, {
      filter: { search, role, status },
      order,
      from: from && { values: from[1], id: from[2], backward: false },
      limit,
    });
    const nextCursor = page.next ? encodeCursor([sort, page.next.values, page.next.id]) : null;
    return { status: 200, body: { data: page.users.map(userResource), nextCursor } };
  },
});

export const readUser: Operation = operation({
  summary: "Get a user",
  responses: { 200: { description: "The user", schema: userSchema, example: exampleUser, headers: ["ETag"] } },
  find: subjectUser,
  handle: async ({ subject }) => answerWith(200, subject),
});

/** Comes before other errors of the body; the change checks again in its transaction. @throws ForPeopleOnly */
function refuseForPeopleOnly(body: Record<string, unknown>, user?: User): void {
  const typed = body.email;
  const reason = peopleOnlyReason(
    { ...body, ...(typed !== undefined && { email: email.safeParse(typed).data ?? "" }) },
    user,
  );
  if (reason) throw new ForPeopleOnly(reason);
}

const newUser = z.object({
  ...partOf(personalInformation, "schema"),
  role,
  deactivateOn: deactivateOn.default(null),
  password: z.string("Enter a password").optional(),
  invite: z
    .boolean("Use true or false")
    .default(false)
    .meta({ description: "Instead of a password: the user chooses one with a link that works for 7 days" }),
  askForNewPassword: z
    .boolean("Use true or false")
    .default(false)
    .meta({ description: "Whether the user must choose a new password at the first log-in" }),
});

export const postUser: Operation = operation({
  summary: "Create a user",
  description: "With a password, or invited to choose one.",
  body: newUser,
  example: {
    ...partOf(personalInformation, "example"),
    role: "manager",
    password: "violet-otter-tramway-49",
  },
  responses: {
    201: {
      description: "The new user",
      schema: invitedUserSchema,
      example: exampleUser,
      headers: ["ETag", "Location"],
    },
  },
  forbid: (body) => refuseForPeopleOnly(body),
  validate: validateNewUser,
  handle: async ({ deps, caller, actor, saveResponse, body }) => {
    const { password = "", invite, askForNewPassword, ...person } = body;
    const organizationId = organizationOf(caller).id;
    const order = { actor, organizationId };
    const answer = ({ user, link }: { user: User; link?: string | undefined }): ApiResponse => {
      const { headers, ...rest } = answerWith(201, user, link);
      return { ...rest, headers: { ...headers, Location: `/api/v1/users/${user.id}` } };
    };
    if (!invite) {
      const created = { ...person, password, mustChangePassword: askForNewPassword };
      const id = await createUser(deps, { ...order, person: created });
      return answer({ user: await requireUser(deps.db, organizationId, id) });
    }
    const finish =
      saveResponse &&
      ((trx: Knex.Transaction, made: { user: User; link: string | undefined }) => saveResponse(trx, answer(made)));
    return answer(await inviteUser(deps, { ...order, person, delivery: deliveryOf(deps), finish }));
  },
});

export const patchUser: Operation = operation({
  summary: "Change a user's personal information, role or end date",
  description:
    "Members that you leave out do not change. Roster saves the whole change or nothing. A new email address is unconfirmed until the user or an Admin confirms it on the pages; until then, email goes to the last confirmed address. A key cannot change an Admin's email address.",
  body: z.object({ ...partOf(personalInformation, "schema"), role, deactivateOn }).exactPartial(),
  example: { lastName: "Smith" },
  responses: {
    200: {
      description: "The changed user",
      schema: userSchema,
      example: { ...exampleUser, lastName: "Smith" },
      headers: ["ETag"],
    },
  },
  find: subjectUser,
  forbid: refuseForPeopleOnly,
  etag: userEtag,
  validate: validateUserChange,
  handle: async ({ deps, actor, req, subject, body: fields }) => {
    // Checked again where nobody else can write: someone may have changed the user since the first check.
    const version = req.get("If-Match")?.trim() === "*" ? undefined : subject.version;
    return answerWith(200, (await changeUser(deps, { actor, user: subject, version, fields })).user);
  },
});
