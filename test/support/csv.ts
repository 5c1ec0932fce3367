import type { Visitor } from "./visitor.ts";

/** Parses a CSV file strictly by RFC 4180. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") {
      records.push(cells);
      cells = [];
    }
  }
  return records;
}

/** A file with its byte order mark, which supertest removes. */
export const download = async (visitor: Visitor, path: string) =>
  visitor
    .get(path)
    .buffer(true)
    .parse((res, done) => {
      const parts: Buffer[] = [];
      res.on("data", (part) => parts.push(part));
      res.on("end", () => done(null, Buffer.concat(parts).toString("utf8")));
    });
