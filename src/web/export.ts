import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { Response } from "express";
import type { Logger } from "pino";
import { timestamp } from "../platform/time.ts";
import { csvLine } from "./csv.ts";
import { compressionStreams } from "./encoding.ts";

// Files of any length, created while they are sent: docs/decisions/16-exports-in-small-batches.md.

export type ExportFormat<Row> = { ending: string; type: string; head: string; line: (row: Row) => string };
export type Column<Row> = readonly [name: string, value: (row: Row) => string | number | null];

export const csvFormat = <Row>(columns: readonly Column<Row>[]): ExportFormat<Row> => ({
  ending: "csv",
  type: "text/csv; charset=utf-8; header=present",
  // Without a byte order mark spreadsheets misread every "é".
  head: `\u{feff}${csvLine(columns.map(([name]) => name))}`,
  line: (row) => csvLine(columns.map(([, value]) => value(row))),
});

/** The file's text in batches of rows. `count` is called with the number of rows in each. */
export async function* exportText<Row>(
  batches: AsyncIterable<Row[]>,
  { head, line }: Pick<ExportFormat<Row>, "head" | "line">,
  count: (rows: number) => void = () => undefined,
): AsyncGenerator<string, undefined> {
  let text = head;
  for await (const rows of batches) {
    count(rows.length);
    text += rows.map(line).join("");
    if (text) yield text;
    text = "";
    // With a fast reader there is nothing to await, and other requests would wait until the end.
    await setImmediate();
  }
  if (text) yield text;
  return undefined;
}

/** Sends the text as the file "name-2026-03-04.ending". An error before its first row becomes an error page. */
export async function sendExport(
  res: Response,
  text: AsyncGenerator<string, undefined>,
  { name, format, logger }: { name: string; format: Pick<ExportFormat<never>, "ending" | "type">; logger: Logger },
): Promise<void> {
  const first = await text.next();
  res.attachment(`${name}-${timestamp().slice(0, 10)}.${format.ending}`).set("Content-Type", format.type);
  const file = Readable.from(
    (async function* () {
      yield first.value ?? "";
      yield* text;
    })(),
  );
  await pipeline([file, ...compressionStreams(res), res]).catch((error) => {
    if (!isConnectionClosed(error)) logger.error({ err: error, request: res.locals.requestId }, "an export broke off");
  });
}

const isConnectionClosed = (error: unknown): boolean =>
  Error.isError(error) && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
