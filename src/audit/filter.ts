import { findUserByEmail } from "../auth/queries.ts";
import type { Database } from "../database.ts";
import type { OrganizationId } from "../organization/queries.ts";
import { stamp } from "../time.ts";
import { queryText } from "../web/paging.ts";
import { type Action, actionWords } from "./actions.ts";
import type { ActivityFilter } from "./list-queries.ts";

export const actionNames = Object.keys(actionWords) as Action[];

/** The filters as an address says them; people by name, e-mail or id. */
export type FilterState = { actor: string; user: string; action: string; from: string; to: string };

export function filterState(query: Record<string, unknown>): FilterState {
  const text = (name: keyof FilterState): string => queryText(query, name).trim();
  return { actor: text("actor"), user: text("user"), action: text("action"), from: text("from"), to: text("to") };
}

/** What makes no sense in an address counts as not said. */
export async function filterOf(
  db: Database,
  organizationId: OrganizationId,
  state: FilterState,
): Promise<ActivityFilter> {
  const actor = await personOf(db, organizationId, state.actor);
  const subject = await personOf(db, organizationId, state.user);
  return {
    actorId: actor.id,
    actorSearch: actor.search,
    subjectId: subject.id,
    subjectSearch: subject.search,
    action: actionNames.find((known) => known === state.action),
    from: momentOf(state.from, "start"),
    to: momentOf(state.to, "end"),
  };
}

/** By id; by exactly this e-mail, which may stand within another's; or all whom a search finds. */
async function personOf(
  db: Database,
  organizationId: OrganizationId,
  text: string,
): Promise<{ id?: number; search?: string }> {
  if (text === "") return {};
  const id = wholeNumber(text);
  if (id !== undefined) return { id };
  const owner = text.includes("@") ? await findUserByEmail(db, text.toLowerCase()) : undefined;
  return owner?.organizationId === organizationId ? { id: owner.id } : { search: text };
}

export function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/**
 * A day ("2026-03-04", in UTC) or a moment with its zone, as it is stored; undefined for anything else.
 * @param edge which moment of a day: its first, or the first after it
 */
export function momentOf(text: string, edge: "start" | "end"): string | undefined {
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!day && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const date = new Date(text);
  // JavaScript takes the 31st of February for a day in March.
  const isReal =
    !Number.isNaN(date.getTime()) && new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  if (!isReal) return undefined;
  const moment = new Date(date.getTime() + (day && edge === "end" ? 86_400_000 : 0));
  // Stored moments are compared as text, so years have four digits.
  return moment.getUTCFullYear() >= 0 && moment.getUTCFullYear() <= 9999 ? stamp(moment) : undefined;
}
