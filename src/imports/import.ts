import type { Request, RequestHandler } from "express";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { beginJob, isStalled } from "../jobs/queries.ts";
import { currentUser, senderOf } from "../sessions/current-user.ts";
import { InvalidLink } from "../web/errors.ts";
import { checkbox } from "../web/fields.ts";
import { type FormHandlers, formPage, idParam } from "../web/form.ts";
import { words } from "../words/words.ts";
import { isInvitationMailed } from "./apply.ts";
import { confirmWindows1252, listNamesBeyondAscii } from "./check-file.ts";
import { hasLinks } from "./line-queries.ts";
import { linesPage } from "./lines.ts";
import { findImport, type Import, importTables } from "./queries.ts";
import { importPath } from "./upload.ts";

/** What would happen to each line, and the button that does it; then how far it is, and what has happened. */
export function importPage(deps: Deps): FormHandlers {
  const { db, imports } = deps;
  return formPage({
    view: "imports/import",
    title: () => words().imports.title,
    schema: z.object({ changesUsers: checkbox }),
    open: (req) => openImport(db, req),
    page: async (found, req) => {
      if (found.state === "running" && isStalled(found)) void imports.run(found.id);
      const address = `${importPath}/${found.id}`;
      if (found.file) return { address, state: "asking", names: await listNamesBeyondAscii(found.file) };
      const invitations = { isMailed: isInvitationMailed(deps.config), hasLinks: await hasLinks(db, found.id) };
      return {
        address,
        state: found.state,
        invitations,
        ...(await linesPage(db, found, { address, query: req.query })),
      };
    },
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ changesUsers }, { state, createsAdmins, changesAccess }) =>
      state === "checked" && (createsAdmins || (changesUsers && changesAccess)),
    save: async ({ changesUsers }, found, req) => {
      const { id } = found;
      const order = { id, from: senderOf(req), columns: { changes_users: changesUsers } };
      // Another press, in this tab or another one, leads to what the first press began.
      if (found.state === "checked")
        await db.transaction(async (trx) => {
          await req.reauthorize?.(trx);
          await beginJob(trx, importTables, order);
        });
      await imports.runBriefly(id);
      return { to: `${importPath}/${id}` };
    },
  });
}

/** The answer to the question for the encoding. */
export function confirmEncoding({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const found = await openImport(db, req);
    await confirmWindows1252(db, currentUser(req), found);
    res.redirect(303, `${importPath}/${found.id}`);
  };
}

/** @throws InvalidLink where it is not the Admin's own, or over */
export async function openImport(db: Database, req: Request): Promise<Import> {
  const { organizationId, id: userId } = currentUser(req);
  const found = await findImport(db, { organizationId, userId, id: idParam(req, "importId") });
  if (!found || (found.state === "asking" && !found.file)) throw new InvalidLink(words().imports.ended);
  return found;
}
