import type { Request } from "express";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import type { OpenSubject, Subject } from "../users/user-page.ts";
import { type FormHandlers, formPage, idParam } from "../web/form.ts";
import { words } from "../words/words.ts";
import { revokeKeyOf } from "./changes.ts";
import { type ApiKey, findKey } from "./queries.ts";

/** A key of the user that the page is about. @throws NotFound */
export async function openKey(db: Database, req: Request, open: OpenSubject): Promise<Subject & { key: ApiKey }> {
  const subject = await open(req);
  const key = await findKey(db, subject.user.id, idParam(req, "keyId"));
  if (!key) throw new NotFound();
  return { ...subject, key };
}

/** The confirmation page. */
export function revokeKeyPage({ db }: Deps, open: OpenSubject): FormHandlers {
  return formPage({
    view: "api-keys/revoke",
    title: () => words().apiKeys.revoke.title,
    open: (req) => openKey(db, req, open),
    page: (opened) => opened,
    save: async (_input, { user, key, back }, req) => {
      await revokeKeyOf({ db }, { actor: authorizedActor(req), user, key });
      return { to: back, notice: words().apiKeys.revoke.done };
    },
  });
}
