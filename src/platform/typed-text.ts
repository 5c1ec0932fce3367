import { z } from "zod";

/** More than any field takes. In UTF-16 units: NFC is quadratic in marks, and takes under a millisecond for as many. */
const mostTyped = 1_000;

/** Text of a field as it was sent. Its length is looked at before anything that costs more. */
export const typedText = (missing: string, tooLong: string) =>
  z.string(missing).max(mostTyped, { error: tooLong, abort: true });

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
