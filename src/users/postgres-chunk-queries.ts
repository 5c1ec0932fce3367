import { type SortKey, sortColumns } from "./piece-queries.ts";

// The parts of the queries of postgres-search-queries.ts, with names for values; "::" would be a name, too.

/** `isWithin`: the page begins in the first piece, so that chunks of it come before the page. */
export type Order = Shape & { isWithin: boolean };
export type Shape = { key: SortKey; descending: boolean; isAfter: boolean };
export const unordered: Order = { key: "name", descending: false, isAfter: false, isWithin: false };

const chunksBy = (key: SortKey): "name" | "email" => (key === "email" ? "email" : "name");

/** The chunks in the order of the list, each once for each piece, as the gram that all of its users in the piece have. */
function chunks({ key, descending, isWithin }: Order): string {
  const ofOrder = `organization_id = :organizationId and sort = '${chunksBy(key)}'`;
  const direction = descending ? "desc" : "asc";
  const place = `(cast(:${key === "role" || key === "status" ? "from1" : "from0"} as text), cast(:fromId as integer))`;
  const begin = `(select first_key, first_id from user_chunks where ${ofOrder} and (first_key, first_id) <= ${place}
    order by first_key desc, first_id desc limit 1)`;
  const isReached = `(first_key, first_id) ${descending ? `<= ${place}` : `>= ${begin}`}`;
  return `select (cast(id as bigint) << 32) + piece.gram
    from user_chunks cross join unnest(cast(:pieces as bigint[])) with ordinality as piece (gram, at)
    where ${ofOrder} ${isWithin ? `and (piece.at > 1 or ${isReached})` : ""}
    order by piece.at, first_key ${direction}, first_id ${direction}`;
}

/**
 * From whom a search finds, chunk by chunk. The array keeps the order of the chunks, and a plan with thousands of them from
 * being thought so dear that the server compiles it first; "offset 0" keeps each chunk a look-up of its own.
 * @param options `also` is a condition; `end` sorts and limits what is found in a chunk
 */
export function found(order: Order, { columns = "u.id", also = "true", end = "offset 0" } = {}): string {
  const grams = `user_grams(u.${chunksBy(order.key)}_chunk, u.search_text, u.role, u.status)`;
  return `from unnest(array(${chunks(order)})) as chunk cross join lateral (
    select ${columns} from searched_users as u
    where ${grams} @> array[chunk]
      and ${grams} @> array(select (chunk >> 32 << 32) + gram from unnest(cast(:grams as bigint[])) as gram)
      and ${also} ${order.isAfter ? `and ${isAfter(order, "u")}` : ""} and u.search_text like all (cast(:words as text[]))
    ${end}) as found`;
}

const columnsOf = (key: SortKey, table: string): string[] => [...sortColumns[key], "id"].map((it) => `${table}.${it}`);

export function isAfter({ key, descending }: Shape, table: string): string {
  const places = sortColumns[key].map((_, at) => `cast(:from${at} as text)`);
  return `(${columnsOf(key, table)}) ${descending ? "<" : ">"} (${places}, cast(:fromId as integer))`;
}

export const sortOf = ({ key, descending }: Shape, table: string): string =>
  columnsOf(key, table)
    .map((column) => `${column} ${descending ? "desc" : "asc"}`)
    .join();
