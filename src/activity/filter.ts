import type { Action } from "../audit/actions.ts";
import { findUserByEmail } from "../auth/queries.ts";
import type { Database } from "../database/database.ts";
import { parseId } from "../platform/ids.ts";
import { startOfDay, timestamp } from "../platform/time.ts";
import type { FieldErrors } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import { knownEmail } from "../users/fields.ts";
import { queryText } from "../web/paging.ts";
import { timeZone, words, wordsIn } from "../words/words.ts";
import type { ActivityFilter } from "./list-queries.ts";

const english = wordsIn("en");

export const actionNames = Object.keys(english.actions) as Action[];

/** The filters as in an address; people by name, email or ID, keys by name, first characters or ID. */
export type FilterState = Record<"actor" | "user" | "key" | "action" | "group" | "from" | "to", string>;

export function filterState(query: Record<string, unknown>): FilterState {
  // A repeated one counts as its whole text: if it counted as empty, it would filter nothing.
  const text = (name: keyof FilterState): string => queryText({ [name]: String(query[name] ?? "") }, name).trim();
  return {
    actor: text("actor"),
    user: text("user"),
    key: text("key"),
    action: text("action"),
    group: text("group"),
    from: text("from"),
    to: text("to"),
  };
}

/** Only if `filterErrors` finds no error: invalid values count as missing here. */
export async function toFilter(
  db: Database,
  organizationId: OrganizationId,
  state: FilterState,
): Promise<ActivityFilter> {
  const actor = await resolvePerson(db, organizationId, state.actor);
  const subject = await resolvePerson(db, organizationId, state.user);
  const keyId = parseId(state.key);
  return {
    keyId,
    keySearch: keyId === undefined && state.key !== "" ? state.key : undefined,
    actorId: actor.id,
    actorSearch: actor.search,
    subjectId: subject.id,
    subjectSearch: subject.search,
    action: isAction(state.action) ? state.action : undefined,
    groupId: state.group === "" ? undefined : (parseId(state.group) ?? -1),
    from: parseTime(state.from, "start"),
    to: parseTime(state.to, "end"),
  };
}

/** By ID; by exactly this email, which may be part of another one; or everyone whom a search finds. */
async function resolvePerson(
  db: Database,
  organizationId: OrganizationId,
  text: string,
): Promise<{ id?: number; search?: string }> {
  if (text === "") return {};
  const id = parseId(text);
  if (id !== undefined) return { id };
  const owner = text.includes("@") ? await findUserByEmail(db, knownEmail.safeParse(text).data ?? "") : undefined;
  return owner?.organizationId === organizationId ? { id: owner.id } : { search: text };
}

/**
 * Errors in typed filters, by field: an unknown action, a day or time that does not exist, a range that ends before it
 * begins. Without them the page would show far more than was asked for.
 */
export function filterErrors({ action = "", from = "", to = "" }: Partial<FilterState>): FieldErrors {
  const texts = words().activity;
  const [start, end] = [parseTime(from, "start"), parseTime(to, "end")];
  // A range of times can be empty, for programs that poll; a range of days cannot.
  const isReversed =
    start !== undefined && end !== undefined && (to.length === dateLength ? start >= end : start > end);
  return {
    ...(action !== "" && !isAction(action) && { action: texts.chooseAction }),
    ...(from !== "" && start === undefined && { from: texts.momentHint }),
    ...(to !== "" && end === undefined && { to: texts.momentHint }),
    ...(isReversed && { to: texts.reversed }),
  };
}

const isAction = (text: string): text is Action => Object.hasOwn(english.actions, text);

/** For programs, which get English. */
export const actionHint = "Use an action such as role.updated; /api/docs lists them";
export const timeHint = english.activity.momentHint;
const dateLength = "2026-03-04".length;

/**
 * A day ("2026-03-04", in the request's time zone) or a time with its zone, as stored; undefined for anything else.
 * @param edge which moment of a day: its first, or the first after it
 */
export function parseTime(text: string, edge: "start" | "end"): string | undefined {
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!day && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  // JavaScript turns 31 February into a day in March.
  const date = new Date(text);
  const isValid =
    !Number.isNaN(date.getTime()) && new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(text.slice(8, 10));
  if (!isValid) return undefined;
  const moment = day ? startOfDay(text, timeZone(), edge === "end" ? 1 : 0) : date;
  // Stored moments are compared as text, so years have four digits.
  return moment.getUTCFullYear() >= 0 && moment.getUTCFullYear() <= 9999 ? timestamp(moment) : undefined;
}
