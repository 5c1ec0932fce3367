import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { encodeFile } from "./encoding.ts";
import { openImport } from "./import.ts";
import { listFailedLines } from "./line-queries.ts";

/** The lines that were not imported, as they came: in the file's encoding, under its column names. */
export function failedLines({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const { id, encoding, mark, head, state } = await openImport(db, req);
    if (state !== "checked" && state !== "done") throw new NotFound();
    const lines = await listFailedLines(db, id);
    const text = head + lines.map(({ raw }) => withLineEnd(raw, head)).join("");
    res.attachment("failed-lines.csv").set("Content-Type", `text/csv; charset=${encoding}; header=present`);
    res.send(encodeFile({ text, encoding, mark }));
  };
}

/** The last line of a file may have none. */
const withLineEnd = (raw: string, head: string): string =>
  /[\r\n]$/.test(raw) ? raw : `${raw}${/(?:\r\n|\r|\n)$/.exec(head)?.[0] ?? "\r\n"}`;
