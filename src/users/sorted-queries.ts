import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { preparedFor } from "../prepared.ts";
import { type Role, roles } from "../roles/roles.ts";
import type { Asked, Piece, Position, SortKey, UserFilter, Values } from "./piece-queries.ts";
import { inPiece, sortColumns } from "./piece-queries.ts";
import { selectUsers, type UserRow } from "./queries.ts";
import { type Status, statuses } from "./rules.ts";
import { candidates, type Index } from "./search-queries.ts";
import type { Way } from "./way-queries.ts";

// The candidates of a search, sorted (SQLite alone). Tables that hold a few bytes of each user, by id, say where each of
// them stands; the first are then looked at in full.

/** By what each order sorts, and the table that has it: roles and statuses by number, log-ins as milliseconds since 1970. */
const places: Record<SortKey, { table: string; columns: string[] }> = {
  name: { table: "users_by_name", columns: ["place", "id"] },
  email: { table: "users_by_email", columns: ["place", "id"] },
  role: { table: "users_by_name", columns: ["role", "place", "id"] },
  status: { table: "users_by_name", columns: ["status", "place", "id"] },
  lastLogin: { table: "users_by_last_login", columns: ["place", "id"] },
};

type Place = (string | number)[];

const numberOf = (words: readonly string[], word: string): number => words.indexOf(word);

function placeOf(key: SortKey, { values: [first = "", second = ""], id }: Position): Place {
  if (key === "role") return [numberOf(roles, first), second, id];
  if (key === "status") return [numberOf(statuses, first), second, id];
  return [key === "lastLogin" ? Date.parse(first || "1970-01-01") : first, id];
}

export type SearchedRow = UserRow & { nameKey: string };
type Group = { role?: Role | undefined; status?: Status | undefined };
type Order = { key: SortKey; descending: boolean };
type Sorted = { way: Way; filter: UserFilter; asked: Asked; words: number; limit: number };

/** The first of those whom a search finds. @param given the values of the search and the filter */
export async function sortedRows(
  db: Database,
  { way: { index, match }, filter: { role, status }, asked: { key, descending, begin }, words, limit }: Sorted,
  given: Values,
): Promise<SearchedRow[]> {
  const values = { ...given, match };
  const rows: SearchedRow[] = [];
  let after = begin && placeOf(key, begin);
  // Nearly all candidates are confirmed; where they are not, it goes on with many more.
  for (let most = 2 * limit; ; most *= 64) {
    const shape = { key, descending, index, role, status, most, isAfter: after !== undefined };
    const found = await firstPlaces(shape).all(db, { ...values, ...valuesOf(after ?? []) });
    const ids = JSON.stringify(found.map(({ id }) => id));
    rows.push(...(await rowsOfIds({ key, descending, words, limit, piece: {} }).all(db, { ...values, ids })));
    const last = found.at(-1);
    if (rows.length >= limit || found.length < most || !last) return rows.slice(0, limit);
    after = places[key].columns.map((column) => last[column] ?? "");
  }
}

/**
 * A guess where a page ends: where it would end among a thousand candidates, a little further on; undefined where they do
 * not say. @returns that candidate's id
 */
export async function likelyEnd(
  db: Database,
  { way, asked: { key, descending, begin }, limit }: Omit<Sorted, "filter" | "words">,
  given: Values,
): Promise<number | undefined> {
  const skip = Math.ceil((tried * limit) / way.count);
  const shape = { key, descending, index: way.index, among: tried, most: skip + 1, isAfter: begin !== undefined };
  const from = begin ? valuesOf(placeOf(key, begin)) : {};
  const found = await firstPlaces(shape).all(db, { ...given, ...from, match: way.match });
  return found[skip]?.id;
}

const tried = 1_000;

const valuesOf = (place: Place): Values => Object.fromEntries(place.map((value, at) => [`place${at}`, value]));

/** `among`: only so many candidates, those with the lowest ids. */
type PlaceShape = Order & Group & { index: Index; among?: number; most: number; isAfter: boolean };
type PlaceRow = Record<string, string | number> & { id: number };

const firstPlaces = preparedFor<PlaceShape, Values, PlaceRow>((db, $, { key, descending, most, isAfter, ...of }) => {
  const { table, columns } = places[key];
  const begin = columns.map((_, at) => $[`place${at}`] ?? "");
  return placesOf(db, $, { ...of, table })
    .select(columns.map((column) => `place.${column}`))
    .modify((query) => {
      if (isAfter) query.whereRaw(`(${names(columns)}) ${descending ? "<" : ">"} (${columns.map(() => "?")})`, begin);
    })
    .orderByRaw(columns.map((column) => `place.${column} ${descending ? "desc" : "asc"}`).join())
    .limit(most);
});

const names = (columns: string[]): string => columns.map((column) => `place.${column}`).join();

/** The candidates of the organization, the role and the status. "cross" keeps SQLite from beginning with the places. */
export function placesOf(
  db: Database,
  $: Record<string, Knex.Value>,
  { index, among, table, role, status }: Group & { index: Index; among?: number | undefined; table: string },
): Knex.QueryBuilder {
  const some = candidates(db, index, $.match ?? "").modify((query) => {
    if (among !== undefined) query.limit(among);
  });
  return db
    .from(some.as("candidate"))
    .crossJoin(`${table} as place`, "place.id", "candidate.rowid")
    .where("place.organization_id", $.organizationId ?? 0)
    .modify((query) => {
      if (role) query.where("place.role", roles.indexOf(role));
      if (status) query.where("place.status", statuses.indexOf(status));
    });
}

type OfIds = { words: number; piece: Piece };

/** Those of the ids (as JSON) who are in the piece and whom the search finds, sorted. */
export const rowsOfIds = preparedFor<Order & OfIds & { limit: number }, Values, SearchedRow>(
  (db, $, { key, descending, words, piece, limit }) =>
    selectUsers(db)
      .from(amongIds(db, $))
      .select({ nameKey: "name_key" })
      .modify(inPiece, { db, $, shape: { key, descending, words }, piece })
      .orderByRaw([...sortColumns[key], "id"].map((column) => `users.${column} ${descending ? "desc" : "asc"}`).join())
      .limit(limit),
);

/** How many those are. */
export const countOfIds = preparedFor<OfIds, Values, { count: number }>((db, $, { words, piece }) =>
  db
    .from(amongIds(db, $))
    .modify(inPiece, { db, $, shape: { key: "name", descending: false, words }, piece })
    .count({ count: "*" }),
);

const amongIds = (db: Database, $: Record<string, Knex.Value>): Knex.Raw =>
  db.raw("json_each(?) as found cross join users on users.id = found.value", [$.ids ?? ""]);
