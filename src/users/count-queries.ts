import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { preparedFor } from "../prepared.ts";
import type { Role } from "../roles/roles.ts";
import { filterValues, inPiece, type Piece, piecesOf, type UserFilter, type Values, wholeOf } from "./piece-queries.ts";
import type { Status } from "./rules.ts";
import { type Index, matching, type Search, searchFor, searchValues } from "./search-queries.ts";
import { countOfIds, placesOf } from "./sorted-queries.ts";
import { findWay, sortable, type Way } from "./way-queries.ts";

// How many match, counted no further than a cap: an exact total would cost more than the page itself.

export async function countUsers(
  db: Database,
  organizationId: OrganizationId,
  filter: UserFilter,
  cap: number,
): Promise<number> {
  const search = searchFor(db, filter.search);
  return countBy(db, organizationId, { filter, search, way: await findWay(db, search), cap });
}

/** @param options `way` as findWay has it for the search */
export async function countBy(
  db: Database,
  organizationId: OrganizationId,
  { filter, search, way, cap }: { filter: UserFilter; search: Search; way: Way | undefined; cap: number },
): Promise<number> {
  const values = { ...filterValues(organizationId, filter), ...searchValues(search) };
  const pieces = piecesOf(filter, asked);
  const inGroup = async (words: number, most: number): Promise<number> =>
    (await inPieces({ words, cap: most, pieces }).first(db, values))?.count ?? 0;
  const words = search.words.length;
  if (!way || (await isGroupQuicker(way, cap, (most) => inGroup(0, most)))) return inGroup(words, cap);
  if (way.ids !== undefined) {
    const found = await countOfIds({ words, piece: wholeOf(filter, asked) }).first(db, { ...values, ids: way.ids });
    return Math.min(found?.count ?? 0, cap);
  }
  const { role, status } = filter;
  const shape = { index: way.index, words: way.isExact ? 0 : words, role, status, cap };
  return (await amongCandidates(shape).first(db, { ...values, match: way.match }))?.count ?? 0;
}

const asked = { key: "name", descending: false, begin: undefined } as const;

/** The largest group of the same role and status that is gone through one by one. */
const largest = 20_000;
/** How much longer it takes to look at a user's text than at what places hold of a candidate. */
const textTakes = 5;

/** Whether going through the group finds enough sooner than going through candidates, where these are many. */
async function isGroupQuicker(
  { count, all }: Way,
  cap: number,
  countGroup: (most: number) => Promise<number>,
): Promise<boolean> {
  if (count <= sortable(all)) return false;
  const group = await countGroup(largest);
  const steps = textTakes * Math.min(group, (cap * all) / count);
  return group < largest && steps < Math.min(count, (cap * all) / group);
}

type Shape = { words: number; cap: number };
type Group = { role: Role | undefined; status: Status | undefined };

const inPieces = preparedFor<Shape & { pieces: Piece[] }, Values, { count: number }>(
  (db, $, { words, cap, pieces }) => {
    const shape = { key: "name", descending: false, words } as const;
    const each = pieces.map((piece) =>
      db("users").select("users.id").modify(inPiece, { db, $, shape, piece }).limit(cap),
    );
    const some = db.unionAll(each.map((ids) => db.select("id").from(ids.as("piece")))).limit(cap);
    return db.from(some.as("some")).count({ count: "*" });
  },
);

/** Candidates are looked at as the index gives them, until there are enough. */
const amongCandidates = preparedFor<Shape & Group & { index: Index }, Values, { count: number }>(
  (db, $, { words, cap, ...of }) => {
    const some = placesOf(db, $, { ...of, table: "users_by_name" })
      .select("place.id")
      .modify((query) => {
        if (words > 0) query.crossJoin("users", "users.id", "place.id").modify(matching, { db, $, words });
      })
      .limit(cap);
    return db.from(some.as("some")).count({ count: "*" });
  },
);
