import type { Changes } from "../audit/audited-change.ts";
import { browserName } from "../platform/browser-name.ts";
import { type FormattedTime, formatTime } from "../words/times.ts";
import { languageOptions, type Words, words } from "../words/words.ts";
import type { Activity } from "./list-queries.ts";

/** History as a page shows it. */
export type ActivityRow = {
  when: FormattedTime;
  what: string;
  who: { name: string; address: string | undefined; key: string | undefined };
  /** Address and browser in a few words, and the full User-Agent; undefined if neither is known. */
  from: { words: string; browser: string | undefined } | undefined;
  whom: { name: string; address: string } | undefined;
  /** Whether people did it to themselves, so that one name is enough. */
  isOwn: boolean;
  changes: ReturnType<typeof shownChanges>;
};

/** The pages' words for stored values. */
const valueNames = (said: Words): Record<string, Record<string, string>> => ({
  role: said.roles,
  status: said.statuses,
  plan: said.plans,
  scope: said.scopes,
  language: Object.fromEntries(languageOptions().map(({ value, name }) => [value, name])),
  secondFactor: said.secondFactorRules,
  reason: said.history.endReasons,
  failure: said.history.mailFailures,
});

/** Who did it, in words, with the operator's command. */
export function actorName({ actor, actorKind, command }: Activity, said: Words = words()): string {
  const actors: Record<string, string> = said.history.actors;
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
    whom: subject && { name: subject.name, address: `/admin/managers/${subject.id}` },
    isOwn: actor !== undefined && key === undefined && actor.id === subject?.id,
    changes: shownChanges(changes),
  };
}

/** What was changed, in the pages' words for fields and values. */
export function shownChanges(
  changes: Changes,
  said: Words = words(),
): { field: string; before: string; after: string }[] {
  const labels: Record<string, string> = { ...said.labels, ...said.history.labels };
  const names = valueNames(said);
  const shown = (field: string, value: string | null): string =>
    value === null ? "" : (names[field]?.[value] ?? value);
  return Object.entries(changes).map(([field, { before, after }]) => ({
    field: labels[field] ?? field,
    before: shown(field, before),
    after: shown(field, after),
  }));
}
