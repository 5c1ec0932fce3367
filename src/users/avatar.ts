import type { User } from "../roles/people.ts";
import { memoize } from "../words/memoize.ts";

/** A person's picture for views: the photo's addresses, or else initials on one of twelve colors, chosen by ID. */
export type Avatar = { large: string | undefined; small: string | undefined; initials: string; color: number };

let segmenter: Intl.Segmenter | undefined;
const simple = "[[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Han}]&&\\p{L}]";
/**
 * These letters never combine with the letter or plain character after them; the segmenter, which is slow, handles all
 * others.
 */
const plain = new RegExp(`^(${simple})(?:${simple}|[\\x20-\\x7e]|$)`, "v");
const firstLetter = memoize(2_000, (text: string): string => {
  const [, letter] = plain.exec(text) ?? [];
  if (letter !== undefined) return letter.toLocaleUpperCase("en");
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text)[Symbol.iterator]().next().value?.segment.toLocaleUpperCase("en") ?? "";
});

export function avatarOf({
  id,
  firstName,
  lastName,
  photoHash,
}: Pick<User, "id" | "firstName" | "lastName" | "photoHash">): Avatar {
  const large = photoHash ? `/photos/${id}/${photoHash}` : undefined;
  return {
    large,
    small: large && `${large}/small`,
    initials: large ? "" : firstLetter(firstName) + firstLetter(lastName),
    color: id % 12,
  };
}
