import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { preparedFor } from "../prepared.ts";
import type { Asked, Piece, SortKey, UserFilter, Values } from "./piece-queries.ts";
import { beginValues, inPiece, piecesOf, sortColumns } from "./piece-queries.ts";
import { matching } from "./search-queries.ts";
import { likelyEnd, rowsOfIds, type SearchedRow } from "./sorted-queries.ts";
import { sortable, type Way } from "./way-queries.ts";

// The candidates of a search, met by going through the list (SQLite alone): where they are many, every few users are one.

type Walked = { way: Way; filter: UserFilter; asked: Asked; words: number; limit: number };

/**
 * The first of those whom a search finds; undefined where they stand so far down in the list that sorting is quicker.
 * @param given the values of the search and the filter
 */
export async function walkedRows(db: Database, of: Walked, given: Values): Promise<SearchedRow[] | undefined> {
  const { way, filter, asked, words, limit } = of;
  const values = { ...given, ...beginValues(asked.begin) };
  const { key, descending } = asked;
  const pieces = piecesOf(filter, asked);
  const most = stepsFor(way, limit);
  if (way.count <= tooManyToSort * sortable(way.all) && (await isFar(db, { ...of, pieces, most }, values)))
    return undefined;
  const ids: number[] = [];
  for (const piece of pieces) {
    const shape = { key, descending, piece, most };
    const met = await metIn({ ...shape, words, limit }).all(db, values);
    if (met.length < limit && (await stepsIn(shape).first(db, values))?.count === most) return undefined;
    ids.push(...met.map(({ id }) => id));
  }
  return rowsOfIds({ key, descending, words: 0, limit, piece: {} }).all(db, { ...values, ids: JSON.stringify(ids) });
}

/** So many users are looked at, which takes about as long as sorting the candidates that are just too many for that. */
const fewestSteps = 4_000;

/** Twice as many as it takes where candidates are spread evenly, in hundreds. */
const stepsFor = ({ count, all }: Way, limit: number): number =>
  Math.max(fewestSteps, 100 * Math.ceil((0.02 * limit * all) / count));

/** How many times more candidates than are always sorted take so long to sort that the list is tried in any case. */
const tooManyToSort = 5;

/** Whether the page is likely to end further down than that; nothing is known of a list in pieces. */
async function isFar(
  db: Database,
  { way, asked, limit, pieces, most }: Walked & { pieces: Piece[]; most: number },
  values: Values,
): Promise<boolean> {
  const [piece, ...others] = pieces;
  if (!piece || others.length > 0) return true;
  const { key, descending } = asked;
  const end = await likelyEnd(db, { way, asked, limit }, values);
  if (end === undefined) return false;
  const place = (await placeOfId({ key }).first(db, { id: end }))?.place ?? "";
  const steps = await stepsIn({ key, descending, piece, most, hasEnd: true }).first(db, { ...values, end: place });
  return steps?.count === most;
}

const placeOfId = preparedFor<{ key: SortKey }, { id: number }, { place: string }>((db, $, { key }) =>
  db("users").where({ id: $.id }).select({ place: sortColumns[key][0] }),
);

type Steps = { key: SortKey; descending: boolean; piece: Piece; most: number; hasEnd?: boolean };

const metIn = preparedFor<Steps & { words: number; limit: number }, Values, { id: number }>(
  (db, $, { words, limit, ...shape }) =>
    db
      .from(steps(db, $, shape).as("users"))
      .select("id")
      .modify(matching, { db, $, words })
      .limit(limit),
);

const stepsIn = preparedFor<Steps, Values, { count: number }>((db, $, shape) =>
  db.from(steps(db, $, shape).as("users")).count({ count: "*" }),
);

function steps(
  db: Database,
  $: Record<string, Knex.Value>,
  { key, descending, piece, most, hasEnd }: Steps,
): Knex.QueryBuilder {
  const columns = [...sortColumns[key], "id"];
  return db("users")
    .select("users.id", "users.search_text")
    .modify(inPiece, { db, $, shape: { key, descending, words: 0 }, piece })
    .modify((query) => {
      if (hasEnd) query.where(`users.${sortColumns[key][0]}`, descending ? ">=" : "<=", $.end ?? "");
    })
    .orderBy(columns.map((column) => ({ column: `users.${column}`, order: descending ? "desc" : "asc" })))
    .limit(most);
}
