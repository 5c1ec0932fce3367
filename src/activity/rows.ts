import { actionWords } from "../audit/actions.ts";
import type { Changes } from "../audit/audited-change.ts";
import { planNames } from "../organization/plans.ts";
import { failureTexts } from "../outbox/rules.ts";
import { browserName } from "../platform/browser-name.ts";
import { type FormattedTime, formatTime } from "../platform/time.ts";
import { roleNames } from "../roles/roles.ts";
import { endReasons } from "../sessions/rules.ts";
import { languageOptions, words } from "../words/words.ts";
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

/** The labels of forms, and those that only history has. */
const fieldNames = (): Record<string, string> => ({
  ...words().labels,
  confirmedEmail: "Confirmed email",
  scope: "Scope",
  sessions: "Open sessions",
  page: "Page",
  tries: "Tries",
  rows: "Rows",
  copyUpTo: "Goes up to",
  database: "Database",
  reason: "Reason",
  mail: "Mail",
  failure: "Reason",
});

/** The pages' words for stored values. */
const valueNames = (): Record<string, Record<string, string>> => ({
  role: roleNames,
  status: { active: "Active", inactive: "Inactive" },
  plan: planNames,
  language: Object.fromEntries(languageOptions().map(({ value, name }) => [value, name])),
  secondFactor: words().secondFactorRules,
  reason: endReasons,
  failure: failureTexts,
});

const shown = (field: string, value: string | null): string =>
  value === null ? "" : (valueNames()[field]?.[value] ?? value);

const withoutName: Record<string, string> = { operator: "the operator", system: "Roster", visitor: "a visitor" };

/** Who did it, in words, with the operator's command. */
export function actorName({ actor, actorKind, command }: Activity): string {
  const name = actor?.name ?? withoutName[actorKind] ?? actorKind;
  return command ? `${name} (${command})` : name;
}

export function activityRow(activity: Activity): ActivityRow {
  const { at, action, actor, key, subject, changes, address, browser } = activity;
  const from = [address, browser ? browserName(browser) : undefined].filter(Boolean).join(", ");
  return {
    when: formatTime(at),
    what: actionWords[action] ?? action,
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
export function shownChanges(changes: Changes): { field: string; before: string; after: string }[] {
  const names = fieldNames();
  return Object.entries(changes).map(([field, { before, after }]) => ({
    field: names[field] ?? field,
    before: shown(field, before),
    after: shown(field, after),
  }));
}
