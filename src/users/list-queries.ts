import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { countBy } from "./count-queries.ts";
import { foundRows, type SearchedRow } from "./found-queries.ts";
import {
  type Asked,
  beginValues,
  filterValues,
  inPiece,
  type Piece,
  type Position,
  piecesOf,
  type SortKey,
  sortColumns,
  type UserFilter,
  type UserOrder,
  type Values,
} from "./piece-queries.ts";
import { searchedRowsOnPostgres } from "./postgres-search-queries.ts";
import { selectUsers, toUser } from "./queries.ts";
import { type Match, matchFor, type Search, searchFor } from "./search-queries.ts";

export type UserPage = { users: User[]; previous: Position | undefined; next: Position | undefined };

type Wanted = { filter: UserFilter; order: UserOrder; from: Position | undefined; limit: number };

/** One page by keyset: as quick at the end of a million users as at the beginning, and right while rows are added. */
export async function listUsers(db: Database, organizationId: OrganizationId, wanted: Wanted): Promise<UserPage> {
  const search = searchFor(db, wanted.filter.search);
  return pageBy(db, organizationId, { ...wanted, search, match: await matchFor(db, organizationId, search) });
}

/** The same, and how many there are in all, counted no further than `cap`. */
export async function listAndCountUsers(
  db: Database,
  organizationId: OrganizationId,
  { cap, ...wanted }: Wanted & { cap: number },
): Promise<UserPage & { count: number }> {
  const search = searchFor(db, wanted.filter.search);
  const match = await matchFor(db, organizationId, search);
  const page = await pageBy(db, organizationId, { ...wanted, search, match });
  const isWhole = wanted.from === undefined && page.next === undefined;
  const count = isWhole
    ? page.users.length
    : await countBy(db, organizationId, { filter: wanted.filter, search, match, cap });
  return { ...page, count };
}

async function pageBy(
  db: Database,
  organizationId: OrganizationId,
  { filter, order, from, limit, search, match }: Wanted & { search: Search; match: Match | undefined },
): Promise<UserPage> {
  // A position of another order (a hand-made address) is as good as none.
  const begin = from?.values.length === sortColumns[order.key].length ? from : undefined;
  const asked = { key: order.key, descending: order.descending !== (from?.backward ?? false), begin };
  const wanted = { filter, asked, limit: limit + 1 };
  const isSearched = search.words.length > 0;
  const rows = match
    ? foundRows(db, organizationId, { ...wanted, search, match })
    : (isSearched ? searchedRowsOnPostgres : rowsInPieces)(db, organizationId, wanted);
  return pageOf(await rows, { order, from, limit });
}

async function rowsInPieces(
  db: Database,
  organizationId: OrganizationId,
  { filter, asked, limit }: { filter: UserFilter; asked: Asked; limit: number },
): Promise<SearchedRow[]> {
  const pieces = piecesOf(filter, asked);
  if (pieces.length === 0) return [];
  const { key, descending, begin } = asked;
  const values = { ...filterValues(organizationId, filter), ...beginValues(begin) };
  return rowsOf({ key, descending, limit, pieces }).all(db, values);
}

function pageOf(
  rows: SearchedRow[],
  { order, from, limit }: { order: UserOrder; from: Position | undefined; limit: number },
): UserPage {
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (from?.backward) page.reverse();
  const at = (row: SearchedRow | undefined, backward: boolean): Position | undefined => {
    if (!row) return undefined;
    const values: Record<SortKey, string[]> = {
      name: [row.nameKey],
      email: [row.email],
      role: [row.role, row.nameKey],
      status: [row.status, row.nameKey],
      lastLogin: [row.lastLoginAt],
    };
    return { values: values[order.key], id: row.id, backward };
  };
  return {
    users: page.map(({ nameKey: _, ...row }) => toUser(row)),
    previous: (from?.backward ? more : from !== undefined) ? at(page[0], true) : undefined,
    next: !from?.backward && !more ? undefined : at(page.at(-1), false),
  };
}

/** The place of a user in an order; undefined where the organization has no such user. */
export async function findPosition(
  db: Database,
  organizationId: OrganizationId,
  { id, backward, key }: { id: number; backward: boolean; key: SortKey },
): Promise<Position | undefined> {
  const row = await positionOf({ key }).first(db, { organizationId, id });
  return row && { values: sortColumns[key].map((column) => row[column] ?? ""), id, backward };
}

const positionOf = preparedFor<{ key: SortKey }, { organizationId: number; id: number }, Record<string, string>>(
  (db, $, { key }) => db("users").where({ organization_id: $.organizationId, id: $.id }).select(sortColumns[key]),
);

type Shape = { key: SortKey; descending: boolean; limit: number; pieces: Piece[] };

const rowsOf = preparedFor<Shape, Values, SearchedRow>((db, $, { key, descending, limit, pieces }) => {
  const shape = { key, descending };
  const sorted = (query: Knex.QueryBuilder): void => {
    const columns = [...sortColumns[key], "id"];
    query.orderBy(columns.map((column) => ({ column: `users.${column}`, order: descending ? "desc" : "asc" })));
    query.limit(limit);
  };
  const rows = selectUsers(db).select({ nameKey: "name_key" }).modify(sorted);
  const [only] = pieces;
  if (only && pieces.length === 1) return rows.modify(inPiece, { $, shape, piece: only });
  const each = pieces.map((piece) =>
    db("users").select("users.id").modify(inPiece, { $, shape, piece }).modify(sorted),
  );
  return rows.whereIn("users.id", db.unionAll(each.map((piece) => db.select("id").from(piece.as("piece")))));
});
