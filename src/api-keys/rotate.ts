import { z } from "zod";
import type { Deps } from "../deps.ts";
import { moment, stampIn } from "../platform/time.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import type { ProfileView } from "../users/open-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { requirePro, rotateKey } from "./changes.ts";
import { showOnce } from "./generate.ts";
import type { ApiKey } from "./queries.ts";
import { openKey } from "./revoke.ts";
import { rotationOverlap, scopeNames, spanName } from "./rules.ts";

/** The confirmation page. Its response shows the new key once. */
export function rotateKeyPage(deps: Deps, profileView: ProfileView): FormHandlers {
  return formPage({
    view: "api-keys/rotate",
    title: "Rotate API key",
    schema: z.object({}),
    open: async (req) => {
      const opened = await openKey(deps.db, req);
      requirePro(currentUser(req).organization);
      return opened;
    },
    values: () => ({}),
    page: ({ about, key }) => ({ ...about, key, ...describeNewKey(key) }),
    reauthentication: deps.reauthentication,
    save: async (_, { user, key: old }, req, res) => {
      const wanted = { keyId: old.id, by: currentUser(req).id };
      const key = await rotateKey(deps, { actor: authorizedActor(req), user, ...wanted });
      return showOnce(req, res, { page: await profileView(deps, req, user), key, name: old.name, deps });
    },
  });
}

/** `endsFirst`: the old key expires before the 24 hours are over. */
function describeNewKey({ scope, spanDays, expiresAt }: ApiKey) {
  const endsFirst = expiresAt !== null && expiresAt < stampIn(rotationOverlap);
  return {
    scope: scopeNames[scope],
    expires: spanDays === null ? "never expires" : `expires ${spanName(spanDays)}`,
    endsFirst: endsFirst ? moment(expiresAt) : undefined,
  };
}
