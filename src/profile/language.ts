import { z } from "zod";
import { auditedChange, changedFields, userEntry } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import type { CurrentUser } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { findCurrentUser } from "../users/current-user-queries.ts";
import { updateUser } from "../users/queries.ts";
import { language } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { switchLanguage } from "../web/language.ts";
import { languageOptions, words } from "../words/words.ts";

/** Your own language, with any role. */
export function ownLanguage({ db }: Deps): FormHandlers {
  return formPage({
    view: "profile/language",
    title: () => words().language.title,
    schema: z.object({ language }),
    open: (req) => currentUser(req),
    values: (me) => languageSection(me).values,
    page: (me) => ({ languages: languageSection(me).languages }),
    save: async ({ language }, me, req, res) => {
      const entry = userEntry("language.updated", { actor: authorizedActor(req), user: me });
      await auditedChange(db, entry, async (trx) => {
        const present = await findCurrentUser(trx, me.id);
        const changes = changedFields({ language: present?.languages.own ?? null }, { language });
        if (!changes) return undefined;
        await updateUser(trx, me.organizationId, me.id, { language });
        return { changes };
      });
      return { to: "/profile", notice: switchLanguage(req, res, { own: language }).language.saved };
    },
  });
}

/** The form in the sections of your own profile (views/partials/language.ejs). */
export const languageSection = ({ languages: { own } }: CurrentUser) => ({
  values: { language: own ?? "" },
  languages: [{ value: "", name: words().language.automatic }, ...languageOptions()],
});
