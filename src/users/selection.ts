import { parseId } from "../platform/ids.ts";
import { queryText } from "../web/paging.ts";
import { type ListState, returnQuery } from "./list-state.ts";

// Who is selected on the Managers page: all in its address. The boxes of the page are `selected`, those who were ticked
// on other pages `kept`, so that an empty box on the page counts.

/** How many people can be selected by hand. */
export const maxSelected = 500;

export type Selection = {
  ids: number[];
  /** Everyone who matches, instead of the ids. */
  isAll: boolean;
  /** Whether that was ticked for another search, and counts no more. */
  isAllOutdated: boolean;
  isTooMany: boolean;
};

type Query = Record<string, unknown>;

/** The value of the box for everyone who matches: it says which search it was ticked for. */
export const allValue = (state: ListState): string => `all${returnQuery({ ...state, sort: "", page: "" })}`;

export function readSelection(query: Query, state: ListState): Selection {
  const ticked = [query.selected].flat().slice(0, maxSelected + 1);
  const kept = queryText(query, "kept", 10 * maxSelected).split("-");
  const ids = [...new Set([...kept, ...ticked].flatMap((text) => parseId(text) ?? []))];
  const all = queryText(query, "all", 500);
  return {
    ids: ids.slice(0, maxSelected),
    isAll: all === allValue(state),
    isAllOutdated: all !== "" && all !== allValue(state),
    isTooMany: ids.length > maxSelected,
  };
}

/** The same selection in an address. */
export const selectionQuery = ({ ids, isAll }: Selection, state: ListState) => ({
  kept: ids.join("-"),
  all: isAll ? allValue(state) : "",
});
