import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import { findShelf, inShelves, type Order, orderOf, type Range, shelvesOf } from "./order-queries.ts";
import type { Asked, Piece, SortKey, UserFilter, Values } from "./piece-queries.ts";
import { beginValues, filterValues, inPiece, partsBy, sortColumns, wholeOf } from "./piece-queries.ts";
import { selectUsers, type UserRow } from "./queries.ts";
import { type Match, matching, type Search, searchValues } from "./search-queries.ts";

// A page of those whom a search finds, and how many they are (SQLite alone): as an index has them, shelf by shelf.

export type SearchedRow = UserRow & { nameKey: string };
type Wanted = { search: Search; match: Match; filter: UserFilter; asked: Asked; limit: number };

/** The first of those whom a search finds. */
export async function foundRows(
  db: Database,
  organizationId: OrganizationId,
  { filter, asked, ...wanted }: Wanted,
): Promise<SearchedRow[]> {
  const rows: SearchedRow[] = [];
  for (const part of partsOf(filter, asked)) {
    rows.push(...(await rowsOfPart(db, organizationId, { ...wanted, ...part })));
    if (rows.length >= wanted.limit) break;
  }
  return rows.slice(0, wanted.limit);
}

/** By role or by status the list has parts, each with a filter and a beginning of its own. */
function partsOf(filter: UserFilter, asked: Asked): Pick<Wanted, "filter" | "asked">[] {
  const { key, begin } = asked;
  if (key !== "role" && key !== "status") return [{ filter, asked }];
  return partsBy(key, filter, asked).map((value) => ({
    filter: { ...filter, [key]: value },
    asked: { ...asked, begin: begin?.values[0] === value ? begin : undefined },
  }));
}

/** Users of a shelf are in no order: whole shelves are looked at, and sorted. */
async function rowsOfPart(
  db: Database,
  organizationId: OrganizationId,
  { search, match, filter, asked, limit }: Wanted,
): Promise<SearchedRow[]> {
  const { key, descending, begin } = asked;
  const shape = { order: orderOf[key], descending };
  const page = rowsOfIds({ key, descending, words: search.words.length, limit, piece: wholeOf(filter, asked) });
  const values = { ...searchValues(search), ...filterValues(organizationId, filter), ...beginValues(begin) };
  const range = await rangeOf(db, organizationId, asked);
  const rows: SearchedRow[] = [];
  // Nearly all places are confirmed; where they are not, it goes on with many more.
  for (let most = 2 * limit; ; most *= 4) {
    const found = await placesIn({ ...shape, most }).all(db, { ...range, match: told(match, filter) });
    const last = found.length === most ? found.at(-1)?.shelf : undefined;
    if (last !== undefined) {
      const onLast = { from: last, beyond: last + 1, match: told(match, filter) };
      found.splice(found.findIndex(({ shelf }) => shelf === last));
      found.push(...(await placesIn(shape).all(db, onLast)));
    }
    rows.push(...(await page.all(db, { ...values, ids: JSON.stringify(found.map(({ id }) => id)) })));
    if (last === undefined || rows.length >= limit) return rows;
    if (descending) range.beyond = last;
    else range.from = last + 1;
  }
}

/** The index has the role and the status of each user, too, and both in one word; behind a capital, which no text has. */
function told({ groups }: Match, { role, status }: UserFilter): string {
  const ofFilter = role || status ? [`Æ${role ?? ""}${status ?? ""}`] : [];
  return [...ofFilter, ...groups].join(" AND ");
}

async function rangeOf(
  db: Database,
  organizationId: OrganizationId,
  { key, descending, begin }: Asked,
): Promise<Range> {
  const all = shelvesOf(organizationId);
  if (!begin) return all;
  const shelf = await findShelf(db, organizationId, { key, position: begin });
  return descending ? { ...all, beyond: shelf + 1 } : { ...all, from: shelf };
}

type Placed = { id: number; shelf: number };
type Reading = { order: Order; descending: boolean; most?: number };

const placesIn = preparedFor<Reading, Range & { match: string }, Placed>((db, $, { most, ...shape }) =>
  inShelves(db, $, { ...shape, most })
    .crossJoin(`${shape.order}_order as o`, "o.place", "found.place")
    .select({ id: "o.user_id", shelf: "found.shelf" }),
);

type OfIds = { key: SortKey; descending: boolean; words: number; piece: Piece; limit: number };

/** Those of the ids (as JSON) who are in the piece and whom the search finds, sorted. */
const rowsOfIds = preparedFor<OfIds, Values, SearchedRow>((db, $, { key, descending, words, piece, limit }) =>
  selectUsers(db)
    .from(db.raw("json_each(?) as found cross join users on users.id = found.value", [$.ids ?? ""]))
    .select({ nameKey: "name_key" })
    .modify(inPiece, { $, shape: { key, descending }, piece })
    .modify(matching, { db, $, words })
    .orderByRaw([...sortColumns[key], "id"].map((column) => `users.${column} ${descending ? "desc" : "asc"}`).join())
    .limit(limit),
);

/** How many a search finds, counted no further than the cap: in the order of names, where their texts lie together. */
export async function countFound(
  db: Database,
  organizationId: OrganizationId,
  { search, match, filter, cap }: Omit<Wanted, "asked" | "limit"> & { cap: number },
): Promise<number> {
  const words = match.isExact ? 0 : search.words.length;
  const values = { ...shelvesOf(organizationId), ...searchValues(search), match: told(match, filter) };
  return (await counted({ words, cap }).first(db, values))?.count ?? 0;
}

const counted = preparedFor<{ words: number; cap: number }, Values, { count: number }>((db, $, { words, cap }) =>
  db
    .from(
      inShelves(db, $, { order: "name", descending: false })
        .select(db.raw("1"))
        .modify((query: Knex.QueryBuilder) => {
          if (words > 0) query.crossJoin("name_order as o", "o.place", "found.place");
          query.modify(matching, { db, $, words, text: "o.text" });
        })
        .limit(cap)
        .as("some"),
    )
    .count({ count: "*" }),
);
