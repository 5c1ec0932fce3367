import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { ValidationError } from "../roles/errors.ts";
import { currentUser } from "../sessions/current-user.ts";
import { csvLine } from "../web/csv.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import type { FileLimit } from "../web/uploads.ts";
import { words } from "../words/words.ts";
import { checkFile } from "./check-file.ts";

export const importPath = "/admin/managers/import";

export const maxFileBytes = 2 * 1024 * 1024;
export const csvFile: FileLimit = { maxBytes: maxFileBytes, tooLarge: ({ imports }) => imports.tooLarge };

/** Takes the file, and leads to what would happen. */
export function uploadPage({ db }: Deps): FormHandlers {
  return formPage({
    view: "imports/upload",
    title: () => words().imports.title,
    open: (req) => currentUser(req),
    save: async (_, admin, req) => {
      if (!req.file || req.file.size === 0) throw new ValidationError({ file: words().imports.choose });
      return { to: `${importPath}/${await checkFile(db, admin, req.file.buffer)}` };
    },
  });
}

/** A file with the names of the columns, for a spreadsheet to fill in. */
export const importTemplate: RequestHandler = (_req, res) => {
  res.attachment("users.csv").set("Content-Type", "text/csv; charset=utf-8; header=present");
  res.send(`\u{feff}${csvLine(["email", "first_name", "last_name", "role"])}`);
};
