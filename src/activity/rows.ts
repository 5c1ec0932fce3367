import { type ShownChange, shownChanges } from "../audit/shown-changes.ts";
import { browserName } from "../platform/browser-name.ts";
import { type FormattedTime, formatTime } from "../words/times.ts";
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
};

/** Who did it, in words, with the operator's command. */
export function actorName(
  { actor, actorKind, command }: Activity,
  actors: Record<string, string> = words().history.actors,
): string {
  const name = actor?.name ?? actors[actorKind] ?? actorKind;
  return command ? `${name} (${command})` : name;
}

export function activityRow(activity: Activity): ActivityRow {
  const { at, action, actor, key, subject, changes, address, browser } = activity;
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
  };
}
