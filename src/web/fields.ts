import { z } from "zod";
import { typedText } from "../platform/typed-text.ts";

// What fields of several forms have in common.

/** Control characters would break lines of mails and logs; overrides of direction could make one name look like another. */
const forbidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Something to see: not spaces, marks, invisible characters (Hangul's fillers are letters too) and the blank of Braille alone. */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** @param label what messages call it, as in "first name" */
export function nameField(label: string) {
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
