import type { RequestHandler } from "express";
import { listRefusedLogIns } from "../audit/refused-queries.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { parseId } from "../platform/ids.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { findUser } from "../users/queries.ts";
import { withQuery } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { formatTime } from "../words/times.ts";
import { timeZone, words } from "../words/words.ts";
import { actionNames, type FilterState, filterErrors, filterState, toFilter } from "./filter.ts";
import { countPeople } from "./group-queries.ts";
import { type ActivityCursor, type ActivityFilter, listActivity } from "./list-queries.ts";
import { logByDay } from "./log.ts";
import type { Activity } from "./row-queries.ts";
import { activityRows } from "./rows.ts";

const perPage = 50;
const networksShown = 5;
const path = "/admin/activity";

/** Who changed what, newest first, with filters; all state is in the address. */
export function activityPage({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const { organizationId } = currentUser(req);
    const state = filterState(req.query);
    const filter = await toFilter(db, organizationId, state);
    const before = parseId(req.query.before);
    const after = before === undefined ? parseId(req.query.after) : undefined;
    const errors = filterErrors(state);
    const failed = Object.keys(errors).length > 0;
    const page = failed ? nothing : await onePage(db, organizationId, withoutParts(filter), { before, after });
    const groups = page.rows.filter(({ action }) => action === "group.started").map(({ id }) => id);
    const people = await countPeople(db, organizationId, groups);
    const isFirst = before === undefined && after === undefined;
    const at = (cursor: { before?: number; after?: number }): string =>
      withQuery(path, { ...state, before: cursor.before?.toString(), after: cursor.after?.toString() });
    const subject = await personShown(db, organizationId, filter.subjectId);
    const actor = await personShown(db, organizationId, filter.actorId);
    const shown = { ...state, user: subject?.email ?? state.user, actor: actor?.email ?? state.actor };
    render(req, res.status(failed ? 422 : 200), "activity/list", {
      title: words().activity.title,
      failed,
      errors,
      state: shown,
      timeZone: timeZone(),
      isFiltered: failed || Object.values(filter).some((value) => value !== undefined),
      clear: path,
      actions: actionNames.map((name) => ({
        name: words().actions[name],
        value: name,
        isChosen: name === filter.action,
      })),
      subject,
      refused: !failed && isFirst && isAboutNow(filter) ? await refusedNow(db, organizationId) : undefined,
      days: logByDay(page.rows, { people, shown: await activityRows(db, organizationId, page.rows) }),
      newest: isFirst ? undefined : at({}),
      newer: page.newer === undefined ? undefined : at({ after: page.newer }),
      older: page.older === undefined ? undefined : at({ before: page.older }),
      exports: exportLinks(state),
    });
  };
}

const exportLinks = (state: FilterState) => ({
  csv: withQuery(`${path}/export.csv`, state),
  jsonLines: withQuery(`${path}/export.jsonl`, state),
});

/** A group action is one row, unless its parts are asked for: by person, by action, or all of them. */
function withoutParts(filter: ActivityFilter): ActivityFilter {
  const { action, subjectId, subjectSearch, groupId = 0 } = filter;
  const asksForParts = action !== undefined || subjectId !== undefined || subjectSearch !== undefined;
  return asksForParts ? filter : { ...filter, groupId };
}

type Page = { rows: Activity[]; newer: number | undefined; older: number | undefined };
const nothing: Page = { rows: [], newer: undefined, older: undefined };

/** The rows, and the IDs where the next and previous pages start. */
async function onePage(
  db: Database,
  organizationId: OrganizationId,
  filter: ActivityFilter,
  { before, after }: Omit<ActivityCursor, "limit">,
): Promise<Page> {
  const found = await listActivity(db, organizationId, { ...filter, before, after, limit: perPage + 1 });
  const hasMore = found.length > perPage;
  if (after !== undefined) {
    const rows = found.slice(hasMore ? 1 : 0);
    return { rows, newer: hasMore ? rows[0]?.id : undefined, older: rows.at(-1)?.id };
  }
  const rows = found.slice(0, perPage);
  return { rows, newer: before === undefined ? undefined : rows[0]?.id, older: hasMore ? rows.at(-1)?.id : undefined };
}

async function personShown(db: Database, organizationId: OrganizationId, id: number | undefined) {
  const user = id === undefined ? undefined : await findUser(db, organizationId, id);
  return (
    user && { name: `${user.firstName} ${user.lastName}`, email: user.email, address: `/admin/managers/${user.id}` }
  );
}

/** Whether the filters would show refused log-ins of this moment: they have no actor and no subject. */
function isAboutNow({ action, from, to, ...people }: ActivityFilter): boolean {
  const isAboutPeople = Object.values(people).some((value) => value !== undefined);
  const isNow = (from === undefined || from <= timestamp()) && (to === undefined || to > timestamp());
  return isNow && !isAboutPeople && (action === undefined || action === "log-in.refused");
}

/** The counts of the current hour; they become rows when it is over. */
async function refusedNow(db: Database, organizationId: OrganizationId) {
  const counts = await listRefusedLogIns(db, organizationId);
  if (counts.length === 0) return undefined;
  return {
    rows: counts.slice(0, networksShown).map(({ hour, ...row }) => ({ ...row, since: formatTime(hour) })),
    others: counts.length - networksShown,
  };
}
