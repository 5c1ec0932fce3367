import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { preparedFor } from "../prepared.ts";
import { filterValues, inPiece, type Piece, piecesOf, type UserFilter, type Values, wholeOf } from "./piece-queries.ts";
import { findWay, type Index, searchFor, searchValues } from "./search-queries.ts";

/** How many match, counted no further than `cap`: an exact total would cost more than the page itself. */
export async function countUsers(
  db: Database,
  organizationId: OrganizationId,
  filter: UserFilter,
  cap: number,
): Promise<number> {
  const search = searchFor(db, filter.search);
  const { way, isShort } = await findWay(db, search);
  const streamed = way && !isShort && !(await isSmall(db, organizationId, filter)) ? way : undefined;
  const index = isShort ? way?.index : undefined;
  const asked = { key: "name" as const, descending: false, begin: undefined };
  const pieces = isShort || streamed ? [wholeOf(filter, asked)] : piecesOf(filter, asked);
  const shape = { cap, words: search.words.length, index, streamed: streamed?.index, pieces };
  const values = { ...filterValues(organizationId, filter), ...searchValues(search, way) };
  return (await countOf(shape).first(db, values))?.count ?? 0;
}

type Shape = { cap: number; words: number; index: Index | undefined; streamed: Index | undefined; pieces: Piece[] };

const countOf = preparedFor<Shape, Values, { count: number }>((db, $, { cap, pieces, streamed, ...shape }) => {
  const of = { ...shape, key: "name", descending: false } as const;
  const each = pieces.map((piece) =>
    streamed
      ? // Candidates are looked at as the index gives them, until there are enough; "cross" keeps SQLite from another order.
        db(streamed)
          .crossJoin("users", "users.id", `${streamed}.rowid`)
          .select("users.id")
          .whereRaw("?? match ?", [streamed, $.match ?? ""])
          .modify(inPiece, { db, $, shape: of, piece })
          .limit(cap)
      : db("users").select("users.id").modify(inPiece, { db, $, shape: of, piece }).limit(cap),
  );
  const some = db.unionAll(each.map((ids) => db.select("id").from(ids.as("piece")))).limit(cap);
  return db.from(some.as("some")).count({ count: "*" });
});

/** So many users are looked at one by one. */
const smallGroup = 20_000;

/** Whether those of the filter's role and status are few, so that going through them is quicker than through candidates. */
async function isSmall(db: Database, organizationId: OrganizationId, { role, status }: UserFilter): Promise<boolean> {
  if (!role && !status) return false;
  return (await countUsers(db, organizationId, { search: "", role, status }, smallGroup + 1)) <= smallGroup;
}
