import { requirePro } from "../api-keys/changes.ts";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { generateApplicationKey, revokeApplicationKey, rotateSecret } from "./changes.ts";
import { applicationPath, openApplication, showApplicationSecret, showClientSecret } from "./open.ts";
import type { Application } from "./queries.ts";

/** The confirmation page for another client secret. Its answer shows it once. */
export function rotateSecretPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/rotate-secret",
    title: () => words().applications.rotate.button,
    open: async (req) => {
      const application = await openApplication(deps, req);
      if (application.kind !== "web") throw new NotFound();
      return application;
    },
    page: pageOf,
    reauthentication: deps.reauthentication,
    save: async (_, { id, organizationId }, req, res) => {
      const secret = await rotateSecret(deps, { actor: authorizedActor(req), organizationId, id });
      return showClientSecret(req, res, { application: await openApplication(deps, req), secret, deps });
    },
  });
}

/** The confirmation page for the application's first API key, or a new one. Its answer shows the key once. */
export function generateApiKeyPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/api-key",
    title: () => words().applications.apiKey.heading,
    open: async (req) => {
      const application = await openApplication(deps, req);
      if (application.kind !== "web") throw new NotFound();
      requirePro(currentUser(req).organization);
      return application;
    },
    page: pageOf,
    reauthentication: deps.reauthentication,
    save: async (_, { id, organizationId }, req, res) => {
      const secret = await generateApplicationKey(deps, { actor: authorizedActor(req), organizationId, id });
      const application = await openApplication(deps, req);
      const { heading: title, newKey: heading, once: copy } = words().applications.apiKey;
      return showApplicationSecret(req, res, { application, title, heading, copy, secret, deps });
    },
  });
}

/** The confirmation page that ends both keys, if there are two. */
export function revokeApiKeyPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/revoke-api-key",
    title: () => words().apiKeys.revoke.title,
    open: async (req) => {
      const application = await openApplication(deps, req);
      if (application.apiKeyStart === null) throw new NotFound();
      return application;
    },
    page: pageOf,
    save: async (_, { id, organizationId }, req) => {
      await revokeApplicationKey(deps, { actor: authorizedActor(req), organizationId, id });
      return { to: applicationPath({ id }), notice: words().apiKeys.revoke.done };
    },
  });
}

const pageOf = (application: Application) => ({ application, back: applicationPath(application) });
