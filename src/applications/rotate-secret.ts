import { z } from "zod";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { rotateSecret } from "./changes.ts";
import { applicationPath, openApplication, showClientSecret } from "./open.ts";

/** The confirmation page. Its answer shows the new secret once. */
export function rotateSecretPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/rotate-secret",
    title: () => words().applications.rotate.button,
    schema: z.object({}),
    open: async (req) => {
      const application = await openApplication(deps, req);
      if (application.kind !== "web") throw new NotFound();
      return application;
    },
    values: () => ({}),
    page: (application) => ({ application, back: applicationPath(application) }),
    reauthentication: deps.reauthentication,
    save: async (_, { id, organizationId }, req, res) => {
      const secret = await rotateSecret(deps, { actor: authorizedActor(req), organizationId, id });
      return showClientSecret(req, res, { application: await openApplication(deps, req), secret, deps });
    },
  });
}
