import { z } from "zod";
import type { Action } from "../audit/actions.ts";
import { findInvisible, nameField, trimInvisible, typedText } from "../platform/typed-text.ts";
import { statuses } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import { type Words, words } from "../words/words.ts";

export const firstName = nameField(() => words().fields.firstName);
export const lastName = nameField(() => words().fields.lastName);

/**
 * RFC 5321: 64 characters before the @, 254 in total. Only ASCII, so that no two addresses look alike or fold to the
 * same one.
 */
const addressForm =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Erased users have addresses in it, and nobody else (RFC 2606: no domain ends in .invalid). */
export const erasedDomain = "erased.invalid";

const addressTooLong = (): string => words().fields.email.tooLong;

/** An address for looking someone up, as stored; an address that nobody can have matches nobody. */
export const knownEmail = typedText(() => words().fields.email.enterYours, addressTooLong)
  .transform((text) => trimInvisible(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  .pipe(
    z.string().refine((text) => findInvisible(text) === undefined, {
      error: ({ input }) => words().fields.email.invisible(findInvisible(String(input)) ?? ""),
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
      .regex(addressForm, { error: () => words().fields.email.form })
      .refine((text) => !text.endsWith(`@${erasedDomain}`), { error: () => words().fields.email.erased }),
  );

export const role = z.enum(roles, { error: () => words().role.choose });
const noDay = { error: () => words().endDate.form };
/** A day as a date field sends it, and as people type it; null for none. */
export const deactivateOn = z
  .string(noDay)
  .max(100, noDay)
  .transform(trimInvisible)
  .refine((text) => text === "" || z.iso.date().safeParse(text).success, noDay)
  .transform((text) => text || null);
export const status = z.enum(statuses, { error: () => words().status.choose });

// Everything about a user that can be changed in changes.ts, described once: forms, profiles, API, history, queries and
// commands derive from it.

/** `schema` validates the input. `action` is the history action of a change. `resource` is the API's response schema. */
type Field = { schema: z.ZodType; column: string; action: Action; resource: z.ZodType; example: string };
/** Each field has a label. */
type Described<F> = Partial<Record<keyof Words["labels"], F>>;
/** How a form asks for it; `autocomplete` is for your own page. */
type Input = { type?: string; autocomplete?: string };

const personal = { action: "personal-information.updated", resource: z.string() } as const;
export const personalInformation = {
  firstName: {
    schema: firstName,
    column: "first_name",
    ...personal,
    example: "Zoë",
    input: { autocomplete: "given-name" },
  },
  lastName: {
    schema: lastName,
    column: "last_name",
    ...personal,
    example: "O'Neill",
    input: { autocomplete: "family-name" },
  },
  email: {
    schema: email,
    column: "email",
    ...personal,
    example: "zoe@example.com",
    input: { type: "email" },
  },
} as const satisfies Described<Field & { input: Input }>;

const { email: _, ...others } = personalInformation;
/** Fields that people can change for themselves, if their role allows it; only an Admin changes the email address. */
export const ownInformation = others;

export const userFields = {
  ...personalInformation,
  role: { schema: role, column: "role", action: "role.updated", resource: z.enum(roles), example: "manager" },
  status: { schema: status, column: "status", action: "status.updated", resource: z.enum(statuses), example: "active" },
  deactivateOn: {
    schema: deactivateOn,
    column: "deactivate_on",
    action: "end-date.updated",
    resource: z.iso.date().nullable().meta({
      description: "The last day on which the user is active, in the organization's time zone",
    }),
    example: "2026-12-05",
  },
} as const satisfies Described<Field>;

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

/** A user's values in these fields, for a form and for partials/personal-information.ejs. */
export function valuesOf(fields: Partial<typeof userFields>, user: UserFields): Record<string, string> {
  const names = Object.keys(fields) as (keyof UserFields)[];
  return Object.fromEntries(names.map((name) => [name, user[name] ?? ""]));
}

/** For partials/person-fields.ejs. Browsers offer to fill in their own user's data only with `isOwn`. */
export function inputsOf(fields: Partial<typeof personalInformation>, { isOwn = false } = {}) {
  const off = isOwn ? {} : { autocomplete: "off" };
  return Object.entries(fields).map(([name, { schema, input }]) => ({
    ...{ name, ...input, ...off },
    isOptional: schema.safeParse("").success,
  }));
}
