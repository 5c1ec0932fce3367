import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { changeApplication } from "./changes.ts";
import { applicationOf, editSchema, rolesError } from "./fields.ts";
import { applicationPath, openApplication, roleBoxes } from "./open.ts";

export function editApplicationPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/edit",
    title: () => words().applications.edit,
    schema: editSchema.extend({ version }),
    open: (req) => openApplication(deps, req),
    values: (application) => ({
      name: application.name,
      redirectAddresses: application.redirectAddresses.join("\n"),
      logOutAddress: application.logOutAddress,
      backChannelAddress: application.backChannelAddress,
      ...Object.fromEntries(application.roles.map((role) => [`role-${role}`, "on"])),
      version: String(application.version),
    }),
    page: (application) => ({ application, back: applicationPath(application), boxes: roleBoxes() }),
    validate: async (values) => rolesError(values),
    // A wrong redirect address would hand log-ins to someone else.
    reauthentication: deps.reauthentication,
    save: async (input, { id, organizationId }, req) => {
      const change = { since: input.version, application: applicationOf(input) };
      await changeApplication(deps, { actor: authorizedActor(req), organizationId, id, ...change });
      return { to: applicationPath({ id }), notice: words().applications.saved };
    },
  });
}
