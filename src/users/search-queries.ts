import type { Knex } from "knex";
import { type Database, isPostgres } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { prepared } from "../prepared.ts";
import { searchWords } from "./search-text.ts";

// Whom a search finds. A full-text index gives candidates, who are then confirmed on the text itself.

/** `users_search` has the three letters that stand together anywhere, `users_short` every letter and pair of letters. */
const indexes = ["users_search", "users_short"] as const;
export type Index = (typeof indexes)[number];

/** What is searched for: words that must all occur, and what of them each index can be asked for. */
export type Search = { words: string[]; asked: { index: Index; match: string }[] };

/** PostgreSQL finds its way itself: it has an index of the text, and counts what a plan would cost. */
export function searchFor(db: Database, text: string): Search {
  const words = searchWords(text);
  if (isPostgres(db)) return { words: words.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`), asked: [] };
  const long = words.flatMap(trigrams);
  const short = words.filter((word) => [...word].length < 3).map((word) => `"${Buffer.from(word).toString("hex")}"`);
  const asked = [
    { index: "users_search" as const, match: allOf(long) },
    { index: "users_short" as const, match: allOf(short) },
  ];
  return { words, asked: asked.filter(({ match }) => match !== "") };
}

const allOf = (grams: string[]): string => [...new Set(grams)].join(" AND ");

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

/**
 * So many candidates are looked at one by one. Where there are more, every few users of the organization are one, and a
 * page of them is found sooner by going through the users in the order of the list.
 */
const fewCandidates = 3_000;

const countCandidates = Object.fromEntries(
  indexes.map((index) => [
    index,
    prepared<{ match: string }, { count: number }>((db, $) =>
      db
        .from(
          candidates(db, index, $.match)
            .limit(fewCandidates + 1)
            .as("some"),
        )
        .count({ count: "*" }),
    ),
  ]),
);

function candidates(db: Database, index: Index, match: Knex.Value): Knex.QueryBuilder {
  return db(index).select("rowid").whereRaw("?? match ?", [index, match]);
}

/** What a search is best begun with: the index that has few candidates, or none of both. */
export type Way = { index: Index; match: string } | undefined;

/** @returns the way, and whether it leads to few */
export async function findWay(db: Database, { asked }: Search): Promise<{ way: Way; isShort: boolean }> {
  let best: { way: Way; count: number } = { way: undefined, count: Number.POSITIVE_INFINITY };
  for (const way of asked) {
    const row = await countCandidates[way.index]?.first(db, { match: way.match });
    if (row && row.count < best.count) best = { way, count: row.count };
  }
  return { way: best.way, isShort: best.count <= fewCandidates };
}

/** The values of a search, by the names that `matching` has for them. */
export function searchValues({ words }: Search, way: Way): Record<string, string> {
  const values = Object.fromEntries(words.map((word, index) => [`word${index}`, word]));
  return way ? { ...values, match: way.match } : values;
}

/** Leaves those whom the search finds. @param shape how many words there are, and the index to begin with */
export function matching(
  query: Knex.QueryBuilder,
  {
    db,
    $,
    shape,
  }: { db: Database; $: Record<string, Knex.Value>; shape: { words: number; index?: Index | undefined } },
): void {
  if (shape.index) query.whereIn("users.id", candidates(db, shape.index, $.match ?? ""));
  const has = isPostgres(db) ? "users.search_text like ?" : "instr(users.search_text, ?) > 0";
  for (let index = 0; index < shape.words; index++) query.whereRaw(has, [$[`word${index}`] ?? ""]);
}

/** The ids of all whom a search finds, as a part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const search = searchFor(db, text);
  const [way] = search.asked;
  return db("users")
    .where({ organization_id: organizationId })
    .select("id")
    .modify(matching, { db, $: searchValues(search, way), shape: { words: search.words.length, index: way?.index } });
}
