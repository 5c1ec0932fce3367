import type { Request } from "express";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { aboutUser, openUser } from "../users/user-page.ts";
import { type FormHandlers, formPage, idParam } from "../web/form.ts";
import { words } from "../words/words.ts";
import { revokeKeyOf } from "./changes.ts";
import { type ApiKey, findKey } from "./queries.ts";

type OpenedKey = { user: User; key: ApiKey; about: ReturnType<typeof aboutUser> & { isOwn?: boolean } };

/** A key of a user in the Admin's organization. @throws NotFound */
export async function openKey(db: Database, req: Request): Promise<OpenedKey> {
  const user = await openUser(db, req);
  return { user, key: await requireKey(db, req, user), about: aboutUser(user, req) };
}

async function requireKey(db: Database, req: Request, user: User): Promise<ApiKey> {
  const key = await findKey(db, user.id, idParam(req, "keyId"));
  if (!key) throw new NotFound();
  return key;
}

/** The confirmation page for any user's key. */
export function revokeKeyPage({ db }: Deps): FormHandlers {
  return revoking({ db }, (req) => openKey(db, req));
}

/** The confirmation page for your own key. */
export function revokeOwnKeyPage({ db }: Deps): FormHandlers {
  return revoking({ db }, async (req) => {
    const user = currentUser(req);
    return {
      user,
      key: await requireKey(db, req, user),
      about: { ...aboutUser(user, req), name: words().profile.yours, back: "/profile", isOwn: true },
    };
  });
}

function revoking({ db }: Pick<Deps, "db">, open: (req: Request) => Promise<OpenedKey>): FormHandlers {
  return formPage({
    view: "api-keys/revoke",
    title: () => words().apiKeys.revoke.title,
    schema: z.object({}),
    open,
    values: () => ({}),
    page: ({ about, key }) => ({ ...about, key }),
    save: async (_input, { user, key, about }, req) => {
      await revokeKeyOf({ db }, { actor: authorizedActor(req), user, key });
      return { to: about.back, notice: words().apiKeys.revoke.done };
    },
  });
}
