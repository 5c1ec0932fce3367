import { z } from "zod";
import { invisibleIn, typedText, withoutInvisibleEnds } from "../platform/typed-text.ts";
import { roles } from "../roles/roles.ts";

/** Control characters would break lines of mails and logs; overrides of direction could make one name look like another. */
const forbidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Something to see: not spaces, marks, invisible characters (Hangul's fillers are letters too) and the blank of Braille alone. */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

function nameField(label: string) {
  const tooLong = `The ${label} is too long; use at most 100 characters`;
  return typedText(`Enter a ${label}`, tooLong)
    .transform((text) => text.trim().normalize("NFC"))
    .pipe(
      z
        .string()
        .refine((text) => visible.test(text), { error: `Enter a ${label}`, abort: true })
        .refine(
          (text) => text.isWellFormed() && !forbidden.test(text),
          `The ${label} has characters that cannot be shown; type it again`,
        )
        .refine((text) => [...text].length <= 100, tooLong),
    );
}

export const firstName = nameField("first name");
export const lastName = nameField("last name");
export const organizationName = nameField("name for the organization");
export const keyName = nameField("name for the key");

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

/** A box that is ticked or not sent at all. */
export const checkbox = z
  .literal("on", "Tick the box or leave it empty")
  .optional()
  .transform((value) => value === "on");

/** The version that an edit form was opened with; undefined where it was not sent, and nothing can be compared. */
export const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .optional()
  .catch(undefined);
