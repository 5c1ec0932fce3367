import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { changeUser, emailError } from "./changes.ts";
import { email, inputsOf, partOf, personalInformation, valuesOf } from "./fields.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

export function editPersonalInformation(deps: Deps): FormHandlers {
  return formPage({
    view: "users/personal-information",
    title: () => words().personalInformation.title,
    schema: z.object({ ...partOf(personalInformation, "schema"), version }),
    open: (req) => openUser(deps.db, req),
    values: (user) => ({ ...valuesOf(personalInformation, user), version: String(user.version) }),
    page: (user, req) => ({ ...aboutUser(user, req), fields: inputsOf(personalInformation) }),
    validate: (values, { id }) => emailError(deps.db, email.safeParse(values.email).data ?? "", id),
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ email }, user) => email !== user.email,
    save: async ({ version: since, ...fields }, user, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user, since, fields });
      return { to: profilePathWithReturn(user, req), notice: words().personalInformation.saved };
    },
  });
}
