import { z } from "zod";
import type { Action } from "../audit/actions.ts";
import { invisibleIn, nameField, typedText, withoutInvisibleEnds } from "../platform/typed-text.ts";
import { statuses } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import { words } from "../words/words.ts";

export const firstName = nameField(() => words().fields.firstName);
export const lastName = nameField(() => words().fields.lastName);

/** RFC 5321: 64 characters before the @, 254 in all. ASCII alone, so that no two addresses look alike or fold into one. */
const addressForm =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

const addressTooLong = (): string => words().fields.email.tooLong;

/** An address to look somebody up by, in the form that it is kept in; one that nobody can have is none's. */
export const knownEmail = typedText(() => words().fields.email.enterYours, addressTooLong)
  .transform((text) => withoutInvisibleEnds(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  .pipe(
    z.string().refine((text) => invisibleIn(text) === undefined, {
      error: ({ input }) => words().fields.email.invisible(invisibleIn(String(input)) ?? ""),
      abort: true,
    }),
  );

export const email = z
  .string({ error: () => words().fields.email.enter })
  .pipe(knownEmail)
  .pipe(
    z
      .string()
      .min(1, { error: () => words().fields.email.enter, abort: true })
      .max(254, { error: addressTooLong, abort: true })
      .regex(addressForm, { error: () => words().fields.email.form }),
  );

export const role = z.enum(roles, "Choose a role");
export const status = z.enum(statuses, "Choose whether the user is active");

// Everything that can be changed on a user by the one way (changes.ts), described once: forms, profiles, API, history,
// queries and commands derive from it.

/** `schema`: of what is typed or sent. `action`: what history calls a change of it. `resource`: what the API answers. */
type Field = { schema: z.ZodType; label: string; column: string; action: Action; resource: z.ZodType; example: string };
/** How a form asks for it; `autocomplete` on one's own page. */
type Input = { type?: string; autocomplete?: string };

const personal = { action: "personal-information.updated", resource: z.string() } as const;
export const personalInformation = {
  firstName: {
    schema: firstName,
    label: "First name",
    column: "first_name",
    ...personal,
    example: "Zoë",
    input: { autocomplete: "given-name" },
  },
  lastName: {
    schema: lastName,
    label: "Last name",
    column: "last_name",
    ...personal,
    example: "O'Neill",
    input: { autocomplete: "family-name" },
  },
  email: {
    schema: email,
    label: "Email",
    column: "email",
    ...personal,
    example: "zoe@example.com",
    input: { type: "email" },
  },
} as const satisfies Record<string, Field & { input: Input }>;

const { email: _, ...others } = personalInformation;
/** What people may change of their own, where the role allows; the email address is for an Admin. */
export const ownInformation = others;

export const userFields = {
  ...personalInformation,
  role: {
    schema: role,
    label: "Role",
    column: "role",
    action: "role.updated",
    resource: z.enum(roles),
    example: "manager",
  },
  status: {
    schema: status,
    label: "Status",
    column: "status",
    action: "status.updated",
    resource: z.enum(statuses),
    example: "active",
  },
} as const satisfies Record<string, Field>;

export type UserFields = { [Name in keyof typeof userFields]: z.output<(typeof userFields)[Name]["schema"]> };
export const userFieldNames = Object.keys(userFields) as (keyof UserFields)[];

/** One part of each description, by the field's name. */
export function partOf<Fields extends Record<string, object>, Part extends keyof Fields[keyof Fields]>(
  fields: Fields,
  part: Part,
): { [Name in keyof Fields]: Fields[Name][Part] } {
  const parts = Object.entries(fields).map(([name, field]) => [name, (field as Fields[keyof Fields])[part]]);
  return Object.fromEntries(parts);
}

/** What a user has in these fields, for a form. */
export function valuesOf(fields: Partial<typeof userFields>, user: UserFields): Record<string, string> {
  const names = Object.keys(fields) as (keyof UserFields)[];
  return Object.fromEntries(names.map((name) => [name, user[name] ?? ""]));
}

/** For partials/person-fields.ejs. Browsers offer what they know of their own user for `isOwn` alone. */
export function inputsOf(fields: Partial<typeof personalInformation>, { isOwn = false } = {}) {
  const off = isOwn ? {} : { autocomplete: "off" };
  return Object.entries(fields).map(([name, { schema, label, input }]) => {
    const isOptional = schema.safeParse("").success;
    return { name, label, ...input, ...off, isOptional };
  });
}

/** For partials/personal-information.ejs. */
export const personalRows = (user: UserFields) =>
  Object.entries(personalInformation).map(([name, { label }]) => ({ label, value: user[name as keyof UserFields] }));
