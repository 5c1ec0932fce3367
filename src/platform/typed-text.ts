import { z } from "zod";

/** More than any field takes. In UTF-16 units: NFC is quadratic in marks, and takes under a millisecond for as many. */
const maxTypedLength = 1_000;

/** Text of a field as it was sent. Its length is looked at before anything that costs more. */
export const typedText = (missing: Said, tooLong: Said) =>
  z.string({ error: missing }).max(maxTypedLength, { error: tooLong, abort: true });

/** A message, found when it is needed: in the language of whoever typed. */
type Said = () => string;

/** What shows nothing: spaces of all kinds, controls, joiners, marks of direction, soft hyphens, fillers, the blank of Braille. */
const invisible = String.raw`[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]`;
const invisibleEnds = new RegExp(`^${invisible}+|${invisible}+$`, "gu");
/** A space is missed by nobody: what says how an address looks says enough. */
const invisibleWithin = new RegExp(`(?! )${invisible}`, "u");

/** Without what shows nothing at its ends, where it gets by copying. For at most some thousand characters. */
export const withoutInvisibleEnds = (text: string): string => text.replace(invisibleEnds, "");

/** The first character that shows nothing, as in "U+200B"; undefined where there is none. */
export function invisibleIn(text: string): string | undefined {
  const point = invisibleWithin.exec(text)?.[0].codePointAt(0);
  return point === undefined ? undefined : `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Control characters would break lines of mails and logs; overrides of direction could make one name look like another. */
const forbidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Something to see: not spaces, marks, invisible characters (Hangul's fillers are letters too) and the blank of Braille alone. */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** @param messages found when they are needed */
export function nameField(messages: () => { enter: string; tooLong: string; unprintable: string }) {
  const enter = () => messages().enter;
  const tooLong = () => messages().tooLong;
  return typedText(enter, tooLong)
    .transform((text) => text.trim().normalize("NFC"))
    .pipe(
      z
        .string()
        .refine((text) => visible.test(text), { error: enter, abort: true })
        .refine((text) => text.isWellFormed() && !forbidden.test(text), { error: () => messages().unprintable })
        .refine((text) => [...text].length <= 100, { error: tooLong }),
    );
}
