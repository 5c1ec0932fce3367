import { z } from "zod";
import type { Action } from "../audit/actions.ts";
import { invisibleIn, nameField, typedText, withoutInvisibleEnds } from "../platform/typed-text.ts";
import { statuses } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import type { UserChange } from "./queries.ts";

export const firstName = nameField("first name");
export const lastName = nameField("last name");

/** RFC 5321: 64 characters before the @, 254 in all. ASCII alone, so that no two addresses look alike or fold into one. */
const addressForm =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

const addressTooLong = "The e-mail address is too long; use at most 254 characters";

/** An address to look somebody up by, in the form that it is kept in; one that nobody can have is none's. */
export const knownEmail = typedText("Enter your e-mail address", addressTooLong)
  .transform((text) => withoutInvisibleEnds(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  .pipe(
    z.string().refine((text) => invisibleIn(text) === undefined, {
      error: ({ input }) =>
        `The e-mail address contains an invisible character (${invisibleIn(String(input))}). Delete it and type that part again`,
      abort: true,
    }),
  );

export const email = z
  .string("Enter an e-mail address")
  .pipe(knownEmail)
  .pipe(
    z
      .string()
      .min(1, { error: "Enter an e-mail address", abort: true })
      .max(254, { error: addressTooLong, abort: true })
      .regex(addressForm, "Enter an e-mail address like name@example.com, in plain letters"),
  );

export const role = z.enum(roles, "Choose a role");
export const status = z.enum(statuses, "Choose whether the user is active");

/** What is changed on a user, by the one way (changes.ts): the column, and what history calls a change of it. */
export const userFields = {
  firstName: { schema: firstName, column: "first_name", action: "personal-information.updated" },
  lastName: { schema: lastName, column: "last_name", action: "personal-information.updated" },
  email: { schema: email, column: "email", action: "personal-information.updated" },
  role: { schema: role, column: "role", action: "role.updated" },
  status: { schema: status, column: "status", action: "status.updated" },
} as const satisfies Record<string, { schema: z.ZodType; column: keyof UserChange; action: Action }>;

export type UserFields = { [Name in keyof typeof userFields]: z.output<(typeof userFields)[Name]["schema"]> };
