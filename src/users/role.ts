import { z } from "zod";
import type { Deps } from "../deps.ts";
import { permissionRows, type Role, roles } from "../roles/roles.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { changeUser } from "./changes.ts";
import { role } from "./fields.ts";
import { peopleOnlyReason } from "./rules.ts";
import { aboutUser, openUser, profilePathWithReturn } from "./user-page.ts";

export function editRole(deps: Deps): FormHandlers {
  return formPage({
    view: "users/role",
    title: () => words().role.title,
    schema: z.object({ role, version }),
    open: (req) => openUser(deps.db, req),
    values: (user) => ({ role: user.role, version: String(user.version) }),
    page: (user, req) => ({ ...aboutUser(user, req), choices: roleChoices(user.role) }),
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ role }, user) => peopleOnlyReason({ role }, user) !== undefined,
    save: async ({ role, version: since }, user, req) => {
      await changeUser(deps, { actor: authorizedActor(req), user, since, fields: { role } });
      return { to: profilePathWithReturn(user, req), notice: words().role.saved(words().roles[role]) };
    },
  });
}

/** A radio button for each role with its permissions, compared with the `current` one if given. */
export function roleChoices(current?: Role) {
  return roles.map((role) => ({
    value: role,
    name: words().roles[role],
    about: words().aboutRoles[role],
    isCurrent: role === current,
    rows: permissionRows(role, current),
  }));
}
