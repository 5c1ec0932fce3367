import { fold } from "../platform/fold.ts";

/** What the search looks in: the name and the address, on lines of their own so that no match runs across both. */
export function searchText({
  firstName,
  lastName,
  email,
}: {
  firstName: string;
  lastName: string;
  email: string;
}): string {
  return `${nameKey({ firstName, lastName })}\n${fold(email)}`;
}

/** What a list sorted by name is sorted by: the name as it is shown. */
export function nameKey({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return fold(`${firstName} ${lastName}`);
}

/** The words that must each occur, folded, without characters that no name may have; at most ten, which no name needs. */
export function searchWords(query: string): string[] {
  return fold(query)
    .split(/[\s,\p{Cc}]+/u)
    .filter(Boolean)
    .slice(0, 10);
}
