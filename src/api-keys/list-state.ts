import { parseId } from "../platform/ids.ts";
import { queryText, withQuery } from "../web/paging.ts";
import { type KeyFilter, keyFilters } from "./rules.ts";

type Query = Record<string, unknown>;

/** The complete state of the API keys page, as in its address: the keys older than `before`, or newer than `after`. */
export type KeysState = { filter?: KeyFilter | undefined; before?: number | undefined; after?: number | undefined };

const keysPath = "/admin/api-keys";

/** Parses the page's own address; invalid values count as missing. */
export function keysState(query: Query): KeysState {
  const filter = keyFilters.find((known) => known === queryText(query, "filter"));
  const before = parseId(query.before);
  return { filter, before, after: before === undefined ? parseId(query.after) : undefined };
}

export const keysAddress = (state: KeysState): string => withQuery(keysPath, texts(state));

/** The export of everything that the page shows, on all pages. */
export const keysExportAddress = ({ filter }: KeysState): string => withQuery(`${keysPath}/export.csv`, { filter });

const texts = ({ filter, before, after }: KeysState) => ({
  filter,
  before: before?.toString(),
  after: after?.toString(),
});
