import type { Knex } from "knex";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { preparedFor } from "../prepared.ts";
import {
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
  wholeOf,
} from "./piece-queries.ts";
import { selectUsers, toUser, type User, type UserRow } from "./queries.ts";
import { findWay, type Index, searchFor, searchValues } from "./search-queries.ts";

export type UserPage = { users: User[]; previous: Position | undefined; next: Position | undefined };

/** One page by keyset: as quick at the end of a million users as at the beginning, and right while rows are added. */
export async function listUsers(
  db: Database,
  organizationId: OrganizationId,
  { filter, order, from, limit }: { filter: UserFilter; order: UserOrder; from: Position | undefined; limit: number },
): Promise<UserPage> {
  const search = searchFor(db, filter.search);
  const { way, isShort } = await findWay(db, search);
  const few = isShort ? way : undefined;
  // A position of another order (a hand-made address) is as good as none.
  const begin = from?.values.length === sortColumns[order.key].length ? from : undefined;
  const asked = { key: order.key, descending: order.descending !== (from?.backward ?? false), begin };
  const shape = {
    ...{ key: asked.key, descending: asked.descending, limit: limit + 1 },
    ...{ words: search.words.length, index: few?.index },
    pieces: few ? [wholeOf(filter, asked)] : piecesOf(filter, asked),
  };
  const values = { ...filterValues(organizationId, filter), ...searchValues(search, few), ...beginValues(begin) };
  const rows = shape.pieces.length > 0 ? await rowsOf(shape).all(db, values) : [];
  return pageOf(rows, { order, from, limit });
}

type Row = UserRow & { nameKey: string };

function pageOf(
  rows: Row[],
  { order, from, limit }: { order: UserOrder; from: Position | undefined; limit: number },
): UserPage {
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (from?.backward) page.reverse();
  const at = (row: Row | undefined, backward: boolean): Position | undefined => {
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
  const row = await db("users").where({ organization_id: organizationId, id }).first(sortColumns[key]);
  return row && { values: sortColumns[key].map((column) => row[column]), id, backward };
}

type Shape = {
  key: SortKey;
  descending: boolean;
  limit: number;
  words: number;
  index: Index | undefined;
  pieces: Piece[];
};

const rowsOf = preparedFor<Shape, Values, Row>((db, $, shape) => {
  const { key, descending, limit, pieces } = shape;
  const sorted = (query: Knex.QueryBuilder): void => {
    const columns = [...sortColumns[key], "id"];
    query.orderBy(columns.map((column) => ({ column: `users.${column}`, order: descending ? "desc" : "asc" })));
    query.limit(limit);
  };
  const rows = selectUsers(db).select({ nameKey: "name_key" }).modify(sorted);
  const [only] = pieces;
  if (only && pieces.length === 1) return rows.modify(inPiece, { db, $, shape, piece: only });
  const each = pieces.map((piece) =>
    db("users").select("users.id").modify(inPiece, { db, $, shape, piece }).modify(sorted),
  );
  return rows.whereIn("users.id", db.unionAll(each.map((piece) => db.select("id").from(piece.as("piece")))));
});
