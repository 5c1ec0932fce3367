import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { RequestHandler } from "express";
import { actionWords } from "../audit/actions.ts";
import { findIdRange } from "../audit/export-queries.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { stamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { csvLine } from "../web/csv.ts";
import { compressionStreams } from "../web/encoding.ts";
import { HttpError } from "../web/errors.ts";
import { filterErrors, filterOf, filterState } from "./filter.ts";
import { type Activity, type ActivityFilter, listActivity } from "./list-queries.ts";
import { activityResource } from "./resource.ts";
import { actorName, shownChanges } from "./rows.ts";

type Format = { ending: string; type: string; head: string; line: (activity: Activity) => string };

// SQLite answers at once, so that nothing else happens while a piece is read and written: some milliseconds.
const batchSize = 250;
/** Of so many ids those are looked for that the filters leave: a filter that leaves few would look through all of history. */
const idBatchSize = 5_000;

const columns: [string, (activity: Activity) => string | number | null][] = [
  ["Id", ({ id }) => id],
  ["Time", ({ at }) => at],
  ["Action", ({ action }) => action],
  ["What", ({ action }) => actionWords[action] ?? action],
  ["Done by", actorName],
  ["Done by (id)", ({ actor }) => actor?.id ?? null],
  ["Key", ({ key }) => key?.name ?? null],
  ["Concerning", ({ subject }) => subject?.name ?? null],
  ["Concerning (id)", ({ subject }) => subject?.id ?? null],
  ["Changes", ({ changes }) => shownChanges(changes).map(changeWords).join("; ")],
  ["Address", ({ address }) => address],
  ["Browser", ({ browser }) => browser],
];

const changeWords = ({ field, before, after }: { field: string; before: string; after: string }): string =>
  `${field}: ${before} → ${after}`.replace(/ +/g, " ").trim();

export const exportFormats = {
  csv: {
    ending: "csv",
    type: "text/csv; charset=utf-8; header=present",
    // Spreadsheets take a file without the mark for one of another age, and break every "é".
    head: `\u{feff}${csvLine(columns.map(([name]) => name))}`,
    line: (activity) => csvLine(columns.map(([, value]) => value(activity))),
  },
  jsonLines: {
    ending: "jsonl",
    type: "application/x-ndjson; charset=utf-8",
    head: "",
    line: (activity) => `${JSON.stringify(activityResource(activity))}\n`,
  },
} satisfies Record<string, Format>;

export type ExportFormat = keyof typeof exportFormats;

/**
 * All of what the page's filters show, in a file; it is read and sent piece by piece, however long it is.
 * @throws HttpError 422 for filters that make no sense
 */
export function exportActivity({ db, logger }: Deps, format: ExportFormat): RequestHandler {
  const { ending, type } = exportFormats[format];
  return async (req, res) => {
    const { organizationId } = currentUser(req);
    const state = filterState(req.query);
    const [error] = Object.entries(filterErrors(state));
    if (error) throw new HttpError(422, `${error.join(": ")}.`);
    const filter = await filterOf(db, organizationId, state);
    const pieces = exportChunks(db, { organizationId, filter, format });
    // What fails at once fails with a page rather than within a file.
    const first = await pieces.next();
    res.attachment(`activity-${stamp().slice(0, 10)}.${ending}`).set("Content-Type", type);
    const file = Readable.from(
      (async function* () {
        yield first.value ?? "";
        yield* pieces;
      })(),
    );
    await pipeline([file, ...compressionStreams(res), res]).catch((error) => {
      if (!isGone(error)) logger.error({ err: error, request: res.locals.requestId }, "an export broke off");
    });
  };
}

const isGone = (error: unknown): boolean =>
  Error.isError(error) && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";

type Export = {
  organizationId: OrganizationId;
  filter: ActivityFilter;
  format: ExportFormat;
  count?: (rows: number) => void;
};

/** The file's text in pieces, newest rows first. `count` is called with the number of rows in each. */
export async function* exportChunks(
  db: Database,
  { organizationId, filter, format, count }: Export,
): AsyncGenerator<string, undefined> {
  const { head, line }: Format = exportFormats[format];
  const { oldest, newest } = await findIdRange(db, organizationId);
  let text = head;
  for (let before = newest + 1; before > oldest; ) {
    const downTo = before - idBatchSize;
    const rows = await listActivity(db, organizationId, { ...filter, before, downTo, limit: batchSize });
    before = rows.length === batchSize ? (rows.at(-1)?.id ?? downTo) : downTo;
    count?.(rows.length);
    text += rows.map(line).join("");
    if (text) yield text;
    text = "";
    // A reader that is fast enough leaves nothing to wait for, and nobody else would get an answer until the end.
    await setImmediate();
  }
  return undefined;
}
