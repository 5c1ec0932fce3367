import { type ShownChange, shownChanges } from "../audit/shown-changes.ts";
import type { Database } from "../database/database.ts";
import { browserName } from "../platform/browser-name.ts";
import { timestampIn } from "../platform/time.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { findUsersByIds } from "../users/queries.ts";
import { isUndoable, isUndoableGroup, undoMs, valuesBefore } from "../users/undo-rules.ts";
import { type FormattedTime, formatTime, formatTimeOrNone } from "../words/times.ts";
import { words } from "../words/words.ts";
import type { Activity } from "./row-queries.ts";

/** History as a page shows it. */
export type ActivityRow = {
  when: FormattedTime;
  what: string;
  who: { name: string; address: string | undefined; key: string | undefined };
  /** Address and browser in a few words, and the full User-Agent; undefined if neither is known. */
  from: { words: string; browser: string | undefined } | undefined;
  /** False if people did it to themselves, so that one name is enough. */
  needsActor: boolean;
  changes: ShownChange[];
  /** When the change was made that it takes back. */
  undone: FormattedTime | undefined;
  /** Where it can be undone. */
  undo: string | undefined;
};

/** Who did it, in words, with the operator's command. */
export function actorName(
  { actor, actorKind, command }: Activity,
  actors: Record<string, string> = words().history.actors,
): string {
  const name = actor?.name ?? actors[actorKind] ?? actorKind;
  return command ? `${name} (${command})` : name;
}

function activityRow(activity: Activity, isUndoable: boolean): ActivityRow {
  const { id, at, action, actor, key, subject, changes, address, browser, undoneAt } = activity;
  const from = [address, browser ? browserName(browser, words().browsers) : undefined].filter(Boolean).join(", ");
  return {
    when: formatTime(at),
    what: words().actions[action] ?? action,
    who: {
      name: actorName(activity),
      address: actor && `/admin/managers/${actor.id}`,
      key: key?.name,
    },
    from: from ? { words: from, browser: browser ?? undefined } : undefined,
    needsActor: actor === undefined || key !== undefined || actor.id !== subject?.id,
    changes: shownChanges(changes),
    undone: formatTimeOrNone(undoneAt),
    undo: isUndoable ? `/admin/activity/${id}/undo` : undefined,
  };
}

/** For Admins: rows that can be undone say so. */
export async function activityRows(
  db: Database,
  organizationId: OrganizationId,
  activities: readonly Activity[],
): Promise<ActivityRow[]> {
  const since = timestampIn(-undoMs);
  const recent = activities.filter((activity) => isUndoable(activity, since));
  const ids = [...new Set(recent.flatMap(({ subject }) => subject?.id ?? []))];
  const users = ids.length > 0 ? await findUsersByIds(db, organizationId, ids) : new Map<number, User>();
  return activities.map((activity) => {
    const user = recent.includes(activity) ? users.get(activity.subject?.id ?? 0) : undefined;
    const stands = user !== undefined && valuesBefore(activity, user) !== undefined;
    return activityRow(activity, stands || isUndoableGroup(activity, since));
  });
}
