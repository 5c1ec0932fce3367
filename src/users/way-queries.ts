import type { Database } from "../database.ts";
import { prepared, preparedFor } from "../prepared.ts";
import { candidates, type Index, type Search } from "./search-queries.ts";

// The way to those whom a search finds, which SQLite has to be told. It begins with an index, of which few letter groups
// are asked: the rarest tell most, the others would only have to be read. How many candidates there are decides the rest.

/**
 * An index with what it is asked for, the number of its candidates (a guess where they are many) and of all users.
 * `ids`: all candidates, as JSON, where they are few. `isExact`: whoever is a candidate is found, too.
 */
export type Way = {
  index: Index;
  match: string;
  count: number;
  all: number;
  isExact: boolean;
  ids?: string;
};

/** So many candidates are looked at one by one. */
const few = 500;

/** Up to so many candidates all are sorted; of more, a page is sooner met by going through the list. In hundreds. */
export const sortable = (all: number): number => 100 * Math.ceil(Math.sqrt(all) / 8);

const highestId = prepared<Record<never, never>, { id: number | null }>((db) => db("users").max({ id: "id" }));

type Match = { match: string };

/** The candidate after so many others: ids are given by time, so it is the sooner reached the more there are. */
const candidateAfter = preparedFor<{ index: Index; skip: number }, Match, { rowid: number }>((db, $, { index, skip }) =>
  candidates(db, index, $.match).limit(1).offset(skip),
);

const someOf = preparedFor<{ index: Index; most: number }, Match, { rowid: number }>((db, $, { index, most }) =>
  candidates(db, index, $.match).limit(most),
);

const counted = preparedFor<{ index: Index; most: number }, Match, { count: number }>((db, $, { index, most }) =>
  db.from(candidates(db, index, $.match).limit(most).as("some")).count({ count: "*" }),
);

/** @returns undefined where there is no index to ask: nothing is searched for, or the database is PostgreSQL */
export async function findWay(db: Database, { asked }: Search): Promise<Way | undefined> {
  if (asked.length === 0) return undefined;
  const all = (await highestId.first(db, {}))?.id ?? 0;
  const ways: Way[] = [];
  for (const { index, groups } of asked)
    ways.push(await wayBy(db, { index, groups, all, isAlone: asked.length === 1 }));
  return ways.toSorted((one, other) => one.count - other.count)[0];
}

type Asked = { index: Index; groups: string[][]; all: number };

async function wayBy(db: Database, { isAlone, ...asked }: Asked & { isAlone: boolean }): Promise<Way> {
  const { index, groups, all } = asked;
  const telling = await rarest(db, asked);
  const match = telling.join(" AND ");
  const isExact = isAlone && index === "users_short" && telling.length === groups.length;
  const some = await someOf({ index, most: few + 1 }).all(db, { match });
  if (some.length <= few) {
    return { index, match, isExact, count: some.length, all, ids: JSON.stringify(some.map(({ rowid }) => rowid)) };
  }
  const most = sortable(all) + 1;
  const found = (await counted({ index, most }).first(db, { match }))?.count ?? 0;
  if (found < most) return { index, match, isExact, count: found, all };
  const last = await candidateAfter({ index, skip: most - 1 }).first(db, { match });
  const guess = Math.round((most * all) / (last?.rowid ?? all));
  return { index, match, isExact, count: Math.max(most, guess), all };
}

/** So many groups are asked for. What more would still rule out is ruled out on the text itself. */
const askedFor = 4;
/** So many are judged, by how far the first so many users reach who have the group. */
const judged = 32;
const judgedBy = 100;
/** What every other user has rules out little. */
const common = 0.5;

/** The rarest of each word come first: the groups of a rare word tell nothing of the others. */
async function rarest(db: Database, { index, groups, all }: Asked): Promise<string[]> {
  if (groups.flat().length === 1) return groups.flat();
  const found: { group: string; share: number; rank: number }[] = [];
  const most = Math.ceil(judged / groups.length);
  for (const word of groups) {
    const ofWord: { group: string; share: number }[] = [];
    for (const group of new Set(word.slice(0, most))) {
      const last = await candidateAfter({ index, skip: judgedBy }).first(db, { match: group });
      ofWord.push({ group, share: judgedBy / (last?.rowid ?? all * judgedBy) });
    }
    ofWord.sort((one, other) => one.share - other.share);
    found.push(...ofWord.map((judged, rank) => ({ ...judged, rank: Math.min(rank, 1) })));
  }
  found.sort((one, other) => one.rank - other.rank || one.share - other.share);
  const telling = found.filter(({ share }, at) => at === 0 || share < common).slice(0, askedFor);
  return [...new Set(telling.map(({ group }) => group))];
}
