import { z } from "zod";
import type { Config } from "../config.ts";
import type { FieldErrors } from "../roles/errors.ts";
import type { CurrentUser, User } from "../roles/people.ts";
import type { Values } from "../web/form.ts";
import { words } from "../words/words.ts";
import { normalizePassword } from "./hashing.ts";
import type { KnownPerson } from "./known-words.ts";
import { findPasswordError } from "./rule.ts";

// What the pages share that ask for a password twice (reset, new password, Password, Create user, setup).

/** Not trimmed or cut; `validatePassword` finds their errors, together with those of the other fields. */
export const passwordFields = {
  password: z.string({ error: () => words().passwords.enter }),
  confirmPassword: z.string({ error: () => words().passwords.again }),
};

export const secretFields = ["password", "confirmPassword"] as const;

/** The errors of the two fields, by field. @throws Busy */
export async function validatePassword(
  values: Values,
  person: KnownPerson,
  by: { minLength: number; requester: string },
): Promise<FieldErrors> {
  const { password = "", confirmPassword = "" } = values;
  const fault = await findPasswordError(password, person, by);
  return { ...(fault && { password: fault }), ...confirmationFault(password, confirmPassword) };
}

/** The same for an existing user. @param by who types it: the user, or an Admin of the same organization */
export async function validatePasswordOf(
  values: Values,
  { user, by, config }: { user: User; by: CurrentUser; config: Config },
): Promise<FieldErrors> {
  const person = { ...user, organization: by.organization.name };
  return validatePassword(values, person, { minLength: config.passwordMinLength, requester: `user ${by.id}` });
}

function confirmationFault(password: string, confirmPassword: string): FieldErrors {
  if (confirmPassword === "") return { confirmPassword: words().passwords.again };
  // As typed, if they are too long to be normalized.
  const [first = password, second = confirmPassword] = [password, confirmPassword].map(normalizePassword);
  return first === second ? {} : { confirmPassword: words().passwords.differ };
}
