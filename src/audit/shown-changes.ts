import { formatDate } from "../words/times.ts";
import { languageOptions, type Words, words } from "../words/words.ts";
import type { Changes } from "./audited-change.ts";

/** A change in the pages' words for its field and values. */
export type ShownChange = { field: string; before: string; after: string };

/** @param catalogue the language, by default the request's */
export function shownChanges(changes: Changes, catalogue: Words = words()): ShownChange[] {
  const { labels, values } = namesIn(catalogue);
  const shown = (field: string, value: string | null): string => {
    if (value === null) return "";
    return field === "deactivateOn" ? formatDate(value, catalogue) : (values[field]?.[value] ?? value);
  };
  // A change has at least one of the two until it is erased (personal-data/history-queries.ts).
  return Object.entries(changes).map(([field, { before, after }]) => ({
    field: labels[field] ?? field,
    before: shown(field, before),
    after: before === null && after === null ? catalogue.history.erased : shown(field, after),
  }));
}

type Names = { labels: Record<string, string>; values: Record<string, Record<string, string>> };

const namesByWords = new WeakMap<Words, Names>();

/** What a language calls fields and stored values; put together once, because a page asks for each row. */
function namesIn(catalogue: Words): Names {
  const known = namesByWords.get(catalogue) ?? {
    labels: { ...catalogue.labels, ...catalogue.history.labels },
    values: {
      role: catalogue.roles,
      status: catalogue.statuses,
      plan: catalogue.plans,
      scope: catalogue.scopes,
      language: Object.fromEntries(languageOptions().map(({ value, name }) => [value, name])),
      secondFactor: catalogue.secondFactorRules,
      reason: catalogue.history.endReasons,
      failure: catalogue.history.mailFailures,
      act: catalogue.users.acts,
    },
  };
  namesByWords.set(catalogue, known);
  return known;
}
