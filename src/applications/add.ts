import type { Deps } from "../deps.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { addApplication } from "./changes.ts";
import { addSchema, applicationOf, rolesError } from "./fields.ts";
import { applicationPath, listPath, roleBoxes, showClientSecret } from "./open.ts";
import { findApplication, kinds } from "./queries.ts";

/** The answer for a web application shows its secret once. */
export function addApplicationPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/add",
    title: () => words().applications.addTitle,
    schema: addSchema,
    open: (req) => currentUser(req),
    values: () => ({ kind: "web", "role-admin": "on", "role-manager": "on", "role-member": "on" }),
    page: () => ({
      list: listPath,
      boxes: roleBoxes(),
      kinds: kinds.map((value) => ({
        value,
        name: words().applications.kinds[value],
        hint: words().applications.kindHints[value],
      })),
    }),
    validate: async (values) => rolesError(values),
    reauthentication: deps.reauthentication,
    save: async (input, { organizationId }, req, res) => {
      const application = { ...applicationOf(input), kind: input.kind };
      const { id, secret } = await addApplication(deps, { actor: authorizedActor(req), organizationId, application });
      const added = await findApplication(deps.db, organizationId, id);
      if (added && secret !== undefined) return showClientSecret(req, res, { application: added, secret, deps });
      return { to: applicationPath({ id }), notice: words().applications.added(input.name) };
    },
  });
}
