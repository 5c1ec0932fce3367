import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import { countFound } from "./found-queries.ts";
import { filterValues, inPiece, type Piece, piecesOf, type UserFilter, type Values } from "./piece-queries.ts";
import { countOnPostgres } from "./postgres-search-queries.ts";
import { type Match, matchFor, type Search, searchFor } from "./search-queries.ts";

// How many match, counted no further than a cap: an exact total would cost more than the page itself.

export async function countUsers(
  db: Database,
  organizationId: OrganizationId,
  filter: UserFilter,
  cap: number,
): Promise<number> {
  const search = searchFor(db, filter.search);
  const match = await matchFor(db, organizationId, search);
  return countBy(db, organizationId, { filter, search, match, cap });
}

/** @param options `match` as matchFor has it for the search */
export async function countBy(
  db: Database,
  organizationId: OrganizationId,
  { filter, search, match, cap }: { filter: UserFilter; search: Search; match: Match | undefined; cap: number },
): Promise<number> {
  if (match) return countFound(db, organizationId, { search, match, filter, cap });
  if (search.words.length > 0) return countOnPostgres(db, organizationId, { filter, cap });
  const pieces = piecesOf(filter, { key: "name", descending: false, begin: undefined });
  return (await inPieces({ cap, pieces }).first(db, filterValues(organizationId, filter)))?.count ?? 0;
}

const inPieces = preparedFor<{ cap: number; pieces: Piece[] }, Values, { count: number }>((db, $, { cap, pieces }) => {
  const shape = { key: "name", descending: false } as const;
  const each = pieces.map((piece) => db("users").select("users.id").modify(inPiece, { $, shape, piece }).limit(cap));
  const some = db.unionAll(each.map((ids) => db.select("id").from(ids.as("piece")))).limit(cap);
  return db.from(some.as("some")).count({ count: "*" });
});
