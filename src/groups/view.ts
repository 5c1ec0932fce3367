import type { Database } from "../database/database.ts";
import type { Plan } from "../roles/people.ts";
import { type GroupAct, roleOf } from "../users/group-acts.ts";
import { fullName, profilePath } from "../users/user-page.ts";
import { numberedPage, queryText, withQuery } from "../web/paging.ts";
import { words } from "../words/words.ts";
import { countOutcomes, listNamed, type NamedLine, type Outcome } from "./line-queries.ts";
import { countWhatEnds, type GroupAction } from "./queries.ts";
import type { Reason } from "./rules.ts";

type Place = { address: string; query: Record<string, unknown>; plan: Plan };

/** Everything that the page says about it. */
export async function groupView(db: Database, group: GroupAction, place: Place) {
  const { id, act, state, planned, activityId } = group;
  const { groups } = words();
  const counts = await countOutcomes(db, id);
  const count = (outcome: Outcome | null): number => counts.get(outcome) ?? 0;
  const isAsked = state === "checked";
  const affected = {
    outcome: isAsked ? null : ("done" as const),
    total: count(isAsked ? null : "done"),
    param: "page",
  };
  const leftOut = { outcome: "left-out" as const, total: count("left-out"), param: "left" };
  return {
    state,
    act,
    heading: (isAsked ? groups.ask : groups.done)[act](affected.total),
    button: words().users.acts[act],
    isDangerous: act === "deactivate",
    consequences: isAsked && planned > 0 ? await consequences(db, group, place.plan) : [],
    affected: await section(db, group, place, affected),
    leftOut: await section(db, group, place, leftOut),
    progress: { done: planned - count(null), total: planned },
    activity: activityId === null ? undefined : `/admin/activity?group=${activityId}`,
  };
}

type Section = { outcome: Outcome | null; total: number; param: string };

/** A page of its people, and the addresses of the others. */
async function section(db: Database, { id, act }: GroupAction, { address, query }: Place, wanted: Section) {
  const { outcome, total, param } = wanted;
  const typed = queryText(query, param);
  const { offset, limit, links } = numberedPage({ total, typed }, (page) => withPart(address, param, page));
  const lines = total === 0 ? [] : await listNamed(db, id, { outcome, offset, limit });
  return {
    total,
    rows: lines.map((line) => rowOf(line, act)),
    shown: total > limit ? words().common.range(offset + 1, offset + lines.length, total) : undefined,
    ...links,
  };
}

function withPart(address: string, param: string, page?: string): string {
  const { pathname, searchParams } = new URL(address, "http://roster.invalid");
  return withQuery(pathname, { ...Object.fromEntries(searchParams), [param]: page });
}

const rowOf = ({ userId, email, reason, ...name }: NamedLine, act: GroupAct) => ({
  name: fullName(name),
  address: profilePath({ id: userId }),
  email,
  reason: reason === null ? undefined : reasonText(reason, act),
});

const reasonText = (reason: Reason, act: GroupAct): string =>
  reason === "already" ? words().groups.already[act] : words().groups.reasons[reason];

/** What ends or begins, and whether emails go out. */
async function consequences(db: Database, group: GroupAction, plan: Plan): Promise<string[]> {
  const { id, act } = group;
  const { groups, status, roles } = words();
  if (act === "undo") return [groups.undoEffect, groups.noMails];
  if (act === "resend-invitation") return [groups.invitationsSent(group.planned), groups.earlierLinks];
  const { sessions, keys } = await countWhatEnds(db, id);
  const role = roleOf(act);
  if (role) return [groups.newRole(roles[role]), groups.nobodyLoggedOut, groups.noMails];
  const ending = sessions === 0 ? status.noSessions : groups.sessionsEnd(sessions);
  if (act === "log-out") return [ending, groups.logInAgain, groups.keysGoOn, groups.noMails];
  const keysSaid = keys === 0 ? status.noKeys : undefined;
  if (act === "activate") return [status.logIn, keysSaid ?? groups.keysReturn[plan](keys), groups.noMails];
  const keysEnd = plan === "pro" ? groups.keysStop(keys) : groups.keysStayPaused(keys);
  return [status.noLogIn, ending, keysSaid ?? keysEnd, groups.nothingDeleted, groups.noMails];
}
