import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import { inShelves, type Range, shelvesOf } from "./order-queries.ts";
import { searchWords } from "./search-text.ts";

// Whom a search finds. On SQLite an index of letter groups gives candidates, who are then confirmed on the text itself.

/** What is searched for: words that must all occur, and of each the letter groups that an index can be asked for. */
export type Search = { words: string[]; groups: string[][] };

/** A word as PostgreSQL's `like` finds it anywhere in a text. */
export const somewhere = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** PostgreSQL finds its way itself: it has an index of the text, and counts what a plan would cost. */
export function searchFor(db: Database, text: string): Search {
  const words = searchWords(text);
  if (isPostgres(db)) return { words: words.map(somewhere), groups: [] };
  return { words, groups: words.map(groupsOf) };
}

/** All three letters that stand together in a word; where it has no more than two, what begins with these. */
function groupsOf(word: string): string[] {
  const letters = [...word];
  const quoted = (group: string): string => `"${group.replaceAll('"', '""')}"`;
  if (letters.length < 3) return [`${quoted(word)} *`];
  return [...new Set(letters.slice(2).map((_, start) => quoted(letters.slice(start, start + 3).join(""))))];
}

/** The words, by the names that `matching` has for them. */
export function searchValues({ words }: Search): Record<string, string> {
  return Object.fromEntries(words.map((word, index) => [`word${index}`, word]));
}

type Words = { db: Database; $: Record<string, Knex.Value>; words: number; text?: string };

/** Leaves those in whose text every word occurs. `words`: how many there are; `text`: the column that has it */
export function matching(query: Knex.QueryBuilder, { db, $, words, text = "users.search_text" }: Words): void {
  const has = isPostgres(db) ? `${text} like ?` : `instr(${text}, ?) > 0`;
  for (let index = 0; index < words; index++) query.whereRaw(has, [$[`word${index}`] ?? ""]);
}

/** What the index is asked for. `isExact`: whom it has are found, without a look at the text. */
export type Match = { groups: string[]; isExact: boolean };

/** So many letter groups are asked for. What more would still rule out is ruled out on the text itself. */
const askedFor = 4;
/** So many are judged, by how far down the list the first so many users reach who have the group. */
const judged = 32;
const judgedBy = 100;

/** @returns undefined where there is no index to ask: nothing is searched for, or the database is PostgreSQL */
export async function matchFor(
  db: Database,
  organizationId: OrganizationId,
  { words, groups }: Search,
): Promise<Match | undefined> {
  const all = [...new Set(groups.flat())];
  if (all.length === 0) return undefined;
  if (all.length <= askedFor) return { groups: all, isExact: words.every((word) => [...word].length <= 3) };
  return { groups: await rarest(db, organizationId, groups), isExact: false };
}

/** The rarest of each word come first: the groups of a rare word tell nothing of the others. */
async function rarest(db: Database, organizationId: OrganizationId, groups: string[][]): Promise<string[]> {
  const found: { group: string; reach: number; rank: number }[] = [];
  for (const ofWord of groups) {
    const some: { group: string; reach: number }[] = [];
    for (const group of ofWord.slice(0, Math.ceil(judged / groups.length))) {
      const row = await shelfAfter({ skip: judgedBy }).first(db, { ...shelvesOf(organizationId), match: group });
      some.push({ group, reach: row?.shelf ?? Number.MAX_SAFE_INTEGER });
    }
    some.sort((one, other) => other.reach - one.reach);
    found.push(...some.map((each, rank) => ({ ...each, rank: Math.min(rank, 1) })));
  }
  found.sort((one, other) => one.rank - other.rank || other.reach - one.reach);
  return [...new Set(found.map(({ group }) => group))].slice(0, askedFor);
}

const shelfAfter = preparedFor<{ skip: number }, Range & { match: string }, { shelf: number }>((db, $, { skip }) =>
  inShelves(db, $, { order: "name", descending: false }).select("shelf").limit(1).offset(skip),
);

/** The ids of all whom a search finds, as a part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const search = searchFor(db, text);
  const words = { db, $: searchValues(search), words: search.words.length };
  const some = search.groups.flat().slice(0, askedFor);
  if (some.length === 0)
    return db("users").where({ organization_id: organizationId }).select("id").modify(matching, words);
  const $ = { ...shelvesOf(organizationId), match: some.join(" AND ") };
  return inShelves(db, $, { order: "name", descending: false })
    .crossJoin("name_order as o", "o.place", "found.place")
    .select("o.user_id")
    .modify(matching, { ...words, text: "o.text" });
}
