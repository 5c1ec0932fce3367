import type { RequestHandler } from "express";
import { findIdRange } from "../audit/export-queries.ts";
import { type ShownChange, shownChanges } from "../audit/shown-changes.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { csvLine } from "../web/csv.ts";
import { HttpError } from "../web/errors.ts";
import { type Column, csvFormat, type ExportFormat, exportText, sendExport } from "../web/export.ts";
import { wordsIn } from "../words/words.ts";
import { describeFilter, jsonHead, type Said } from "./export-head.ts";
import { type FilterState, filterErrors, filterState, toFilter } from "./filter.ts";
import { type ActivityFilter, listActivity } from "./list-queries.ts";
import { activityResource } from "./resource.ts";
import type { Activity } from "./row-queries.ts";
import { actorName } from "./rows.ts";

// SQLite answers synchronously, so reading and writing a batch blocks everything else for a few milliseconds.
const batchSize = 250;
/** How many IDs to search at a time: a filter with few matches would otherwise scan the whole history. */
const idBatchSize = 5_000;

/** Files are for programs: English, whatever the language of the person. */
const english = wordsIn("en");

const columns: Column<Activity>[] = [
  ["Id", ({ id }) => id],
  ["Time", ({ at }) => at],
  ["Action", ({ action }) => action],
  ["What", ({ action }) => english.actions[action] ?? action],
  ["By", (activity) => actorName(activity, english.history.actors)],
  ["By (id)", ({ actor }) => actor?.id ?? null],
  ["Key", ({ key }) => key?.name ?? null],
  ["User", ({ subject }) => subject?.name ?? null],
  ["User (id)", ({ subject }) => subject?.id ?? null],
  ["Group action (id)", ({ groupId }) => groupId || null],
  ["Changes", ({ changes }) => shownChanges(changes, english).map(changeWords).join("; ")],
  ["Address", ({ address }) => address],
  ["Browser", ({ browser }) => browser],
];

const changeWords = ({ field, before, after }: ShownChange): string =>
  `${field}: ${before} → ${after}`.replace(/ +/g, " ").trim();

export const exportFormats = {
  csv: csvFormat(columns),
  jsonLines: {
    ending: "jsonl",
    type: "application/x-ndjson; charset=utf-8",
    head: "",
    line: (activity) => `${JSON.stringify(activityResource(activity))}\n`,
  },
} satisfies Record<string, ExportFormat<Activity>>;

export type ActivityFormat = keyof typeof exportFormats;

/**
 * Exports everything that the page's filters show, as a file, in batches, however long it is.
 * @throws HttpError 422 for invalid filters
 */
export function exportActivity({ db, logger }: Deps, format: ActivityFormat): RequestHandler {
  return async (req, res) => {
    const { organization } = currentUser(req);
    const state = filterState(req.query);
    const [error] = Object.entries(filterErrors(state));
    if (error) throw new HttpError(422, `${error.join(": ")}.`);
    const filter = await toFilter(db, organization.id, state);
    const text = activityText(db, { organization, state, filter, format });
    const { ending, type } = exportFormats[format];
    // The first line is then not the names of the columns.
    const withoutHeader = Object.values(state).some(Boolean) ? type.replace("; header=present", "") : type;
    await sendExport(res, text, { name: "activity", format: { ending, type: withoutHeader }, logger });
  };
}

type Export = {
  organization: { id: OrganizationId; name: string };
  /** The filter as it was typed. */
  state: Partial<FilterState>;
  filter: ActivityFilter;
  format: ActivityFormat;
  count?: (rows: number) => void;
};

/**
 * The file's text in batches, newest rows first; with filters it begins by saying which. `count` is called with the
 * number of rows in each.
 */
export async function* activityText(
  db: Database,
  { organization, state, filter, format, count }: Export,
): AsyncGenerator<string, undefined> {
  const filters = await describeFilter(db, { organization, state, filter });
  const { head, line } = exportFormats[format];
  const said = Object.keys(filters).length > 0 ? heads[format]({ organization, filters }) : "";
  const batches = findActivity(db, organization.id, filter);
  return yield* exportText(batches, { head: head.replace(/^(\u{feff}?)/u, `$1${said}`), line }, count);
}

const heads: Record<ActivityFormat, typeof jsonHead> = {
  csv: csvHead,
  jsonLines: jsonHead,
};

/** Lines that begin with "#", each a name and a value, with as many cells as the rows below. */
function csvHead({ organization, filters }: Said): string {
  const facts = { organization: organization.name, exported_at: timestamp(), ...filters };
  const empty = Array.from({ length: columns.length - 2 }, () => "");
  return Object.entries(facts)
    .map(([name, value]) => csvLine([`# ${name}`, value, ...empty]))
    .join("");
}

async function* findActivity(db: Database, organizationId: OrganizationId, filter: ActivityFilter) {
  const { oldest, newest } = await findIdRange(db, organizationId);
  for (let before = newest + 1; before > oldest; ) {
    const downTo = before - idBatchSize;
    const rows = await listActivity(db, organizationId, { ...filter, before, downTo, limit: batchSize });
    before = rows.length === batchSize ? (rows.at(-1)?.id ?? downTo) : downTo;
    yield rows;
  }
}
