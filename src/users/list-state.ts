import { statuses } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import { addressWith, queryText } from "../web/paging.ts";
import { type SortKey, sortKeys, type UserFilter, type UserOrder } from "./list-order.ts";

type Query = Record<string, unknown>;

/** The Managers page's whole state, as its address says it; empty where nothing is said. */
export type ListState = { search: string; role: string; status: string; sort: string; page: string };

export const listPath = "/admin/managers";

/** What the list's own address says; what makes no sense there counts as not said. */
export const listState = (query: Query): ListState => ({
  search: queryText(query, "search").trim(),
  role: known(roles, queryText(query, "role")),
  status: known(statuses, queryText(query, "status")),
  sort: known(sorts, queryText(query, "sort")),
  page: pageCursor(queryText(query, "page")),
});

export const listAddress = (state: ListState): string => addressWith(listPath, state);

/** The file of all that the list shows, whichever page of it. */
export const exportAddress = (state: ListState): string =>
  addressWith(`${listPath}/export.csv`, { ...state, page: "" });

export function filterOf({ search, role, status }: ListState): UserFilter {
  return {
    search,
    role: roles.find((known) => known === role),
    status: statuses.find((known) => known === status),
  };
}

export function orderOf(sort: string): UserOrder {
  const key = sortKeys.find((known) => known === sort.replace(/^-/, ""));
  return key ? { key, descending: sort.startsWith("-") } : { key: "name", descending: false };
}

/**
 * The list that an Admin came from, as the addresses of a user's pages carry it: one short parameter, since it stands
 * in every row of a page of 50. Nothing but a state of the list can be read from it.
 */
export function returnTo(query: Query): ListState {
  const [role = "", status = "", sort = "", page = "", ...search] = queryText(query, "list", 300).split(".");
  return {
    search: search.join(".").trim().slice(0, 200),
    role: whole(roles, role),
    status: whole(statuses, status),
    sort: whole(sorts, sort),
    page: pageCursor(page),
  };
}

/** The same list as a query for those addresses; empty for the list as it is opened from the menu. */
export function returnQuery({ role, status, sort, page, search }: ListState): string {
  const said = [short(role), short(status), short(sort), page, search];
  return addressWith("", { list: said.slice(0, said.findLastIndex(Boolean) + 1).join(".") });
}

const sorts = sortKeys.flatMap((key): (SortKey | `-${SortKey}`)[] => [key, `-${key}`]);

const known = (words: readonly string[], text: string): string => (words.includes(text) ? text : "");
const pageCursor = (text: string): string => (/^-?[1-9]\d{0,8}(?:_[\da-z]{1,9})?$/.test(text) ? text : "");

/** Two letters tell the words of each kind apart; a minus before them stays. */
const short = (word: string): string => word.slice(0, word.startsWith("-") ? 3 : 2);
const whole = (words: readonly string[], letters: string): string =>
  (letters && words.find((word) => short(word) === letters)) || "";
