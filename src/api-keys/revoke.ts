import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import { actorOf, currentUser } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { aboutUser, profileAddress, requireUser } from "../users/open-user.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage, idParam } from "../web/form.ts";
import { findKey, revokeKey } from "./queries.ts";

/** The page that asks. Revoking what is revoked already changes nothing and says the same. */
export function revokeKeyPage({ db }: Deps): FormHandlers {
  return formPage({
    view: "api-keys/revoke",
    title: "Revoke API key",
    schema: z.object({}),
    open: async (req) => {
      const user = await requireUser(db, req);
      const key = await findKey(db, user.id, idParam(req, "keyId"));
      if (!key) throw new HttpError(404);
      return { user, key };
    },
    values: () => ({}),
    page: ({ user, key }) => ({ ...aboutUser(user), key }),
    save: async (_input, { user, key }, req) => {
      const entry = {
        actor: actorOf(req),
        organizationId: currentUser(req).organizationId,
        subjectId: user.id,
        action: "api-key.revoked",
      } as const;
      await auditedChange(db, entry, async (trx) =>
        (await revokeKey(trx, user.id, key.id)) ? { changes: { name: { before: key.name, after: null } } } : undefined,
      );
      return { to: `${profileAddress(user)}#api-keys`, notice: "Key revoked." };
    },
  });
}
