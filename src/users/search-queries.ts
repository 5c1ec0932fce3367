import type { Knex } from "knex";
import { type Database, isPostgres } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { searchWords } from "./search-text.ts";

// Whom a search finds. A full-text index gives candidates, who are then confirmed on the text itself.

/** `users_search` has the three letters that stand together anywhere, `users_short` every letter and pair of letters. */
export type Index = "users_search" | "users_short";

/** What is searched for: words that must all occur, and of each the letter groups that an index can be asked for. */
export type Search = { words: string[]; asked: { index: Index; groups: string[][] }[] };

/** PostgreSQL finds its way itself: it has an index of the text, and counts what a plan would cost. */
export function searchFor(db: Database, text: string): Search {
  const words = searchWords(text);
  if (isPostgres(db)) return { words: words.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`), asked: [] };
  const isShort = (word: string): boolean => [...word].length < 3;
  const asked = [
    { index: "users_search" as const, groups: words.filter((word) => !isShort(word)).map(trigrams) },
    { index: "users_short" as const, groups: words.filter(isShort).map((word) => [hexadecimal(word)]) },
  ];
  return { words, asked: asked.filter(({ groups }) => groups.length > 0) };
}

const hexadecimal = (word: string): string => `"${Buffer.from(word).toString("hex")}"`;

/** The quoted trigrams of a word. */
function trigrams(word: string): string[] {
  const letters = [...word];
  return letters.slice(2).map(
    (_, i) =>
      `"${letters
        .slice(i, i + 3)
        .join("")
        .replaceAll('"', '""')}"`,
  );
}

/** The words, by the names that `matching` has for them. */
export function searchValues({ words }: Search): Record<string, string> {
  return Object.fromEntries(words.map((word, index) => [`word${index}`, word]));
}

/** Leaves those in whose text every word occurs. @param words how many there are */
export function matching(
  query: Knex.QueryBuilder,
  { db, $, words }: { db: Database; $: Record<string, Knex.Value>; words: number },
): void {
  const has = isPostgres(db) ? "users.search_text like ?" : "instr(users.search_text, ?) > 0";
  for (let index = 0; index < words; index++) query.whereRaw(has, [$[`word${index}`] ?? ""]);
}

/** The ids that an index has for some letter groups, all of which it must have. */
export function candidates(db: Database, index: Index, match: Knex.Value): Knex.QueryBuilder {
  return db(index).select("rowid").whereRaw("?? match ?", [index, match]);
}

/** The ids of all whom a search finds, as a part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const search = searchFor(db, text);
  const [way] = search.asked;
  const query = db("users")
    .where({ organization_id: organizationId })
    .select("id")
    .modify(matching, { db, $: searchValues(search), words: search.words.length });
  return way ? query.whereIn("users.id", candidates(db, way.index, way.groups.flat().join(" AND "))) : query;
}
