import type { Request } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { AccessDenied } from "../roles/errors.ts";
import type { CurrentUser } from "../roles/people.ts";
import { mayEditThemselves } from "../roles/roles.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { changeUser } from "../users/changes.ts";
import { inputsOf, ownInformation, partOf, valuesOf } from "../users/fields.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";

/** Your own name, if your role allows it. */
export function ownPersonalInformation(deps: Deps): FormHandlers {
  return formPage({
    view: "profile/personal-information",
    title: () => words().personalInformation.title,
    schema: z.object({ ...partOf(ownInformation, "schema"), version }),
    open: requireEditor,
    values: (me) => ({ ...valuesOf(ownInformation, me), version: String(me.version) }),
    page: () => ({ fields: inputsOf(ownInformation, { isOwn: true }) }),
    save: async ({ version: since, ...fields }, me, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user: me, since, fields });
      return { to: "/profile", notice: words().personalInformation.saved };
    },
  });
}

/** @throws AccessDenied */
export function requireEditor(req: Request): CurrentUser {
  const me = currentUser(req);
  if (!mayEditThemselves[me.role]) throw new AccessDenied(words().profile.onlyAdminsEdit);
  return me;
}
