import type { Request } from "express";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { type FieldErrors, ValidationError } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { queryText } from "../web/paging.ts";
import { words } from "../words/words.ts";
import { type GroupAct, groupActs } from "./group-acts.ts";
import { exportAddress, type ListState } from "./list-state.ts";
import { findUsersByIds } from "./queries.ts";
import { maxSelected, type Selection } from "./selection.ts";
import { fullName } from "./user-page.ts";

// What the Managers page says about those who are selected, and where its button Continue leads.

type Selected = { state: ListState; selection: Selection };

/** Leads to the page that asks before it is done to everyone who is selected (groups/prepare.ts). */
export type PrepareGroup = (deps: Deps, req: Request, asked: Selected & { act: GroupAct }) => Promise<string>;

/** The one act of the select that changes nothing: it leads to a file. */
const exportAct = "export";

/** The options of With the selected. */
export const actOptions = (chosen: string) =>
  [
    ...groupActs.map((act) => ({ value: act, name: words().users.acts[act] })),
    { value: exportAct, name: words().users.exportSelected },
  ].map((option) => ({ ...option, isChosen: option.value === chosen }));

/** Where Continue leads, or why it leads nowhere. */
export async function nextPage(
  deps: Deps,
  req: Request,
  { state, selection, prepareGroup }: Selected & { prepareGroup: PrepareGroup },
): Promise<string | FieldErrors> {
  const said = words().users;
  if (selection.isAllOutdated) return { all: said.searchChanged };
  if (selection.isTooMany) return { selected: said.tooManySelected(maxSelected) };
  if (!selection.isAll && selection.ids.length === 0) return { selected: said.selectSomeone };
  const asked = queryText(req.query, "act");
  if (asked === exportAct) return exportAddress(state, selection);
  const act = groupActs.find((known) => known === asked);
  if (!act) return { act: said.chooseAct };
  return prepareGroup(deps, req, { act, state, selection }).catch((error: unknown) => {
    if (error instanceof ValidationError) return error.errors;
    throw error;
  });
}

/** How many of those who were ticked on other pages are named. */
const maxNamed = 50;

/** How many are selected, and who of them is not on this page. */
export async function selectionView(
  db: Database,
  organizationId: OrganizationId,
  { selection, shown }: { selection: Selection; shown: User[] },
) {
  const onPage = new Set(shown.map(({ id }) => id));
  const others = selection.ids.filter((id) => !onPage.has(id));
  const found = others.length > 0 ? [...(await findUsersByIds(db, organizationId, others)).values()] : [];
  const count = found.length + selection.ids.length - others.length;
  return {
    count,
    others: found.slice(0, maxNamed).map((user) => ({ id: user.id, name: fullName(user) })),
    summary: count === 0 ? undefined : words().users.selected(count, found.length),
    unnamed: Math.max(0, found.length - maxNamed),
    kept: found
      .slice(maxNamed)
      .map(({ id }) => id)
      .join("-"),
  };
}
