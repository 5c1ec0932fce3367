import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { CsvError, type Info, parse } from "csv-parse";
import { unguardFormulas } from "../platform/formulas.ts";
import { TooLarge, ValidationError } from "../roles/errors.ts";
import { words } from "../words/words.ts";

const maxLines = 10_000;
/** Of a line, in UTF-16 units: several times what all fields take. */
const maxLineLength = 10_000;
/** Blank ones and line breaks in cells included. */
const maxPhysicalLines = 10 * maxLines;
/** The parser works synchronously: some milliseconds for as many bytes. */
const bufferSize = 16_384;

const requiredColumns = ["email", "first_name", "last_name"] as const;
const columnNames = [
  ...requiredColumns,
  ...["role", "deactivate_on", "id", "status", "invited_until", "created_at", "last_login_at"],
] as const;
type ColumnName = (typeof columnNames)[number];

/** `cells` by column, without the apostrophes of an export; undefined where their number is wrong. */
export type TableLine = { line: number; raw: string; cells: Partial<Record<ColumnName, string>> | undefined };
/** `head`: the file as it is before its first line of data. */
export type Table = { head: string; lines: TableLine[] };

/**
 * Reads a table of users: a line of column names, and one for each user. Lines are counted as an editor counts them.
 * @throws ValidationError where it is none as a whole; TooLarge
 */
export async function readTable(text: string): Promise<Table> {
  const { imports } = words();
  const at = text.indexOf("\0");
  if (at >= 0) throw refuse(lineAt(text, at), imports.nul);
  const physical = splitLines(text);
  if (physical.length > maxPhysicalLines) throw new TooLarge(imports.tooManyLines(maxLines));
  const long = physical.findIndex(({ length }) => length > maxLineLength);
  if (long >= 0) throw refuse(long + 1, imports.lineTooLong(maxLineLength));

  const said = /^"?sep=(.?)"?\s*$/i.exec(physical[0] ?? "");
  const skipped = said ? 1 : 0;
  const delimiter = said ? (said[1] ?? "") : findDelimiter(physical.find((line) => line.trim() !== "") ?? "");
  if (!delimiters.includes(delimiter)) throw refuse(1, imports.unknownSeparator);

  const content = physical.slice(skipped).map((line) => line.replace(/[\r\n]+$/, "\n"));
  const lines: TableLine[] = [];
  let columns: { names: ColumnName[]; width: number } | undefined;
  let head = "";
  let last = { lines: 0, empty_lines: 0 };
  try {
    for await (const { record, info } of parseRecords(content.join(""), delimiter)) {
      // Line breaks in quotes and blank lines come before the line that the parser is at.
      const start = last.lines + 1 + info.empty_lines - last.empty_lines;
      last = info;
      if (record.every((cell) => cell.trim() === "")) continue;
      const line = start + skipped;
      const raw = physical.slice(line - 1, info.lines + skipped).join("");
      if (!columns) {
        columns = readHeader(record, line);
        head = physical.slice(0, info.lines + skipped).join("");
        continue;
      }
      if (lines.length === maxLines) throw new TooLarge(imports.tooManyLines(maxLines));
      lines.push({ line, raw, cells: cellsOf(record, columns) });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const start = last.lines + 1 + Number(error.empty_lines) - last.empty_lines + skipped;
    throw refuse(error.code === "CSV_QUOTE_NOT_CLOSED" ? start : Number(error.lines) + skipped, faultOf(error));
  }
  if (!columns) throw new ValidationError({ file: imports.empty });
  if (lines.length === 0) throw new ValidationError({ file: imports.noLines });
  return { head, lines };
}

type ParsedRecord = { record: string[]; info: Info };

function parseRecords(text: string, delimiter: string): AsyncIterable<ParsedRecord> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += bufferSize) {
      yield bytes.subarray(start, start + bufferSize);
      await setImmediate();
    }
  }
  const options = { delimiter, record_delimiter: "\n", info: true, relax_column_count: true, skip_empty_lines: true };
  return Readable.from(chunks()).compose(parse({ ...options, max_record_size: maxLineLength }));
}

const delimiters: readonly string[] = [",", ";", "\t"];

/** The one that the line has most of, outside of quotes. */
function findDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",");
}

function readHeader(record: string[], line: number): { names: ColumnName[]; width: number } {
  const { imports } = words();
  // Spreadsheets leave empty columns behind the last one.
  const typed = record.slice(0, record.findLastIndex((name) => name.trim() !== "") + 1);
  const names = typed.map((name) => name.trim().toLowerCase().replace(/[ -]/g, "_"));
  const known = names.filter((name): name is ColumnName => columnNames.some((column) => column === name));
  const unknown = typed.filter((_, index) => !columnNames.some((column) => column === names[index]));
  const twice = known.filter((name, index) => known.indexOf(name) < index);
  const missing = requiredColumns.filter((name) => !known.includes(name));
  const faults = [
    ...[...new Set(unknown)].map((name) => imports.unknownColumn(name.slice(0, 100))),
    ...[...new Set(twice)].map((name) => imports.doubleColumn(name)),
    ...missing.map((name) => imports.missingColumn(name)),
  ].slice(0, 10);
  if (faults.length > 0) throw refuse(line, faults.join(" "));
  return { names: known, width: record.length };
}

function cellsOf(record: string[], { names, width }: { names: ColumnName[]; width: number }): TableLine["cells"] {
  const beyond = record.slice(names.length);
  if (record.length !== width || beyond.some((cell) => cell.trim() !== "")) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, unguardFormulas(record[index] ?? "")]));
}

const refuse = (line: number, fault: string): ValidationError =>
  new ValidationError({ file: words().imports.atLine(line, fault) });

/** Each with its line end. */
const splitLines = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
const lineAt = (text: string, index: number): number => splitLines(`${text.slice(0, index)}x`).length;

function faultOf({ code }: CsvError): string {
  const { imports } = words();
  if (code === "CSV_QUOTE_NOT_CLOSED") return imports.openQuote;
  return code === "CSV_MAX_RECORD_SIZE" ? imports.lineTooLong(maxLineLength) : imports.strayQuote;
}
