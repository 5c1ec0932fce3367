import { roles } from "../roles/roles.ts";
import { queryText, withQuery } from "../web/paging.ts";
import { type SortKey, sortKeys, statusFilters, type UserFilter, type UserOrder } from "./list-order.ts";

type Query = Record<string, unknown>;

/** The complete state of the Managers page, as in its address; empty for defaults. */
export type ListState = { search: string; role: string; status: string; sort: string; page: string };

const listPath = "/admin/managers";

/** Parses the list's own address; invalid values count as missing. */
export const listState = (query: Query): ListState => ({
  search: queryText(query, "search").trim(),
  role: known(roles, queryText(query, "role")),
  status: known(statusFilters, queryText(query, "status")),
  sort: known(sorts, queryText(query, "sort")),
  page: pageParam(queryText(query, "page")),
});

/** @param selection who is selected there (selection.ts) */
export const listAddress = (state: ListState, selection: { kept?: string; all?: string } = {}): string =>
  withQuery(listPath, { ...state, ...selection });

/** The export of everything that the list shows, on all pages; or only of those who were selected by hand. */
export const exportAddress = (state: ListState, { ids = [] as number[], isAll = true } = {}): string =>
  withQuery(`${listPath}/export.csv`, isAll ? { ...state, page: "" } : { kept: ids.join("-"), sort: state.sort });

export function toFilter({ search, role, status }: ListState): UserFilter {
  return {
    search,
    role: roles.find((known) => known === role),
    status: statusFilters.find((known) => known === status),
  };
}

export function orderOf(sort: string): UserOrder {
  const key = sortKeys.find((known) => known === sort.replace(/^-/, ""));
  return key ? { key, descending: sort.startsWith("-") } : { key: "name", descending: false };
}

/**
 * The list that an Admin came from, in one short query parameter of a user's pages, because every row of a page of 50
 * contains it. It can only describe a state of the list.
 */
export function returnTo(query: Query): ListState {
  const [role = "", status = "", sort = "", page = "", ...search] = queryText(query, "list", 300).split(".");
  return {
    search: search.join(".").trim().slice(0, 200),
    role: whole(roles, role),
    status: whole(statusFilters, status),
    sort: whole(sorts, sort),
    page: pageParam(page),
  };
}

/** The same list as a query for those addresses; empty for the list as the menu opens it. */
export function returnQuery({ role, status, sort, page, search }: ListState): string {
  const said = [short(role), short(status), short(sort), shortPage(page), search];
  return withQuery("", { list: said.slice(0, said.findLastIndex(Boolean) + 1).join(".") });
}

const sorts = sortKeys.flatMap((key): (SortKey | `-${SortKey}`)[] => [key, `-${key}`]);

const known = (words: readonly string[], text: string): string => (words.includes(text) ? text : "");
const pageForm = /^(?:(\d{1,5})-)?(-?[1-9]\d{0,8}(?:_[\da-z]{1,9})?)$/;
const pageParam = (text: string): string => (pageForm.test(text) ? text : "");

/** So far pages are found by their number alone; 1,000 people are also as far as they are counted. */
const maxNumber = 20;

/**
 * A page as in its address: "2" for people, "2-57" in the links, which skips nobody when the list changes: page 2, after
 * the user 57 (with a second minus, before that user). 0 stands for a number that is not known.
 */
export function parsePage(page: string): { number: number | undefined; cursor: string } {
  const [, number, cursor = ""] = pageForm.exec(page) ?? [];
  if (number !== undefined) return { number: Number(number) || undefined, cursor };
  const alone = cursor === "" ? 1 : Number(cursor);
  return alone > 0 && alone <= maxNumber ? { number: alone, cursor: "" } : { number: undefined, cursor };
}

/** Each row of a page contains it. */
function shortPage(page: string): string {
  const { number, cursor } = parsePage(page);
  if (cursor === "" || number === undefined || number > maxNumber) return page;
  return number === 1 ? "" : String(number);
}

/** Three letters identify each word; a minus in front stays. */
const short = (word: string): string => word.slice(0, word.startsWith("-") ? 4 : 3);
const whole = (words: readonly string[], letters: string): string =>
  (letters && words.find((word) => short(word) === letters)) || "";
