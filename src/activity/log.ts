import type { Action } from "../audit/actions.ts";
import { formatDayAndTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import type { Activity } from "./row-queries.ts";
import { type ActivityRow, actorName } from "./rows.ts";

type Mark = { text: string; href?: string | undefined };

/** A row that says in a sentence who did what to whom, and below it what the sentence does not say. */
type LogRow = ActivityRow & { sentence: { text: string; marks: Record<string, Mark> } };

/**
 * The rows in their order, by calendar day in the organization's time zone.
 * @param facts what rows.ts makes of each activity; how many people a group action changed, by the ID of its row
 */
export function logByDay(
  activities: readonly Activity[],
  { shown, people }: { shown: readonly ActivityRow[]; people: Map<number, number> },
): { day: string; rows: LogRow[] }[] {
  const days: { day: string; rows: LogRow[] }[] = [];
  for (const [index, row] of shown.entries()) {
    const activity = activities[index];
    if (!activity) continue;
    const { day, time } = formatDayAndTime(activity.at);
    if (days.at(-1)?.day !== day) days.push({ day, rows: [] });
    days.at(-1)?.rows.push(logRow(activity, { row, time, people: people.get(activity.id) }));
  }
  return days;
}

function logRow(
  activity: Activity,
  { row, time, people }: { row: ActivityRow; time: string; people: number | undefined },
): LogRow {
  const group = people !== undefined && {
    whom: { text: words().history.people(people), href: `/admin/activity?group=${activity.id}` },
  };
  const marks: Record<string, Mark> = { ...marksOf(activity, row), ...group };
  const { otherwise } = words().history;
  const wanted = sentenceOf(activity.action, !row.needsActor);
  const isComplete = namesIn(wanted).every((name) => marks[name]);
  const text = isComplete ? wanted : marks.whom ? otherwise.whom : otherwise.who;
  return {
    ...row,
    when: { ...row.when, relative: time },
    sentence: { text, marks },
    needsActor: row.needsActor && !namesIn(text).includes("who"),
    changes: namesIn(text).includes("after") ? [] : row.changes,
  };
}

function marksOf(activity: Activity, { what, who, changes }: ActivityRow): Record<string, Mark> {
  const { subject } = activity;
  const [change] = changes.length === 1 ? changes : [];
  return {
    who: { text: actorName(activity, words().history.whoActed), href: who.address },
    what: { text: what },
    ...(subject && { whom: { text: subject.name, href: `/admin/managers/${subject.id}` } }),
    ...(change?.before && { before: { text: change.before } }),
    ...(change?.after && { after: { text: change.after } }),
  };
}

/** The names of a sentence's marks. */
const namesIn = (text: string): string[] => [...text.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name);

/** An action without a sentence does not compile. */
function sentenceOf(action: Action, isOwn: boolean): string {
  const { history } = words();
  const sentences: Record<Action, string> = history.sentences;
  const own: Partial<Record<Action, string>> = history.ownSentences;
  // A newer version that was undone may have written an action that this one does not know.
  return (isOwn ? own[action] : undefined) ?? sentences[action] ?? history.otherwise.whom;
}
