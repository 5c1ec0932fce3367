import { z } from "zod";

/**
 * More than any field accepts. In UTF-16 units: NFC is quadratic in marks, and takes under a millisecond for this many.
 */
const maxTypedLength = 1_000;

/** The text of a field as sent. Checks its length before anything expensive. */
export const typedText = (missing: Said, tooLong: Said) =>
  z.string({ error: missing }).max(maxTypedLength, { error: tooLong, abort: true });

/** A message that is looked up when needed, in the language of the request. */
type Said = () => string;

/**
 * Invisible characters: all kinds of spaces, controls, joiners, direction marks, soft hyphens, fillers, the Braille
 * blank.
 */
const invisible = String.raw`[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]`;
const invisibleEnds = new RegExp(`^${invisible}+|${invisible}+$`, "gu");
/** Spaces are not reported: the error says how an address looks. */
const invisibleWithin = new RegExp(`(?! )${invisible}`, "u");

/** Removes invisible characters from both ends, where copying adds them. For at most a few thousand characters. */
export const trimInvisible = (text: string): string => text.replace(invisibleEnds, "");

/** The first invisible character, such as "U+200B"; undefined if there is none. */
export function findInvisible(text: string): string | undefined {
  const point = invisibleWithin.exec(text)?.[0].codePointAt(0);
  return point === undefined ? undefined : `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Control characters would break lines in emails and logs; direction overrides could make one name look like another.
 */
const forbidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/**
 * Something visible: more than spaces, marks, invisible characters (Hangul fillers are letters too) and the Braille
 * blank.
 */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** @param messages looked up when needed */
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
