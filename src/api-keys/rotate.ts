import type { Deps } from "../deps.ts";
import { timestampIn } from "../platform/time.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { anyUser, type ProfileView } from "../users/user-page.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { requirePro, rotateKey } from "./changes.ts";
import { showNewKey } from "./generate.ts";
import type { ApiKey } from "./queries.ts";
import { openKey } from "./revoke.ts";
import { rotationOverlap } from "./rules.ts";

/** The confirmation page. Its response shows the new key once. */
export function rotateKeyPage(deps: Deps, profileView: ProfileView): FormHandlers {
  return formPage({
    view: "api-keys/rotate",
    title: () => words().apiKeys.rotate.title,
    open: async (req) => {
      const opened = await openKey(deps.db, req, anyUser(deps.db));
      requirePro(currentUser(req).organization);
      return opened;
    },
    page: (opened) => ({ ...opened, ...describeNewKey(opened.key) }),
    reauthentication: deps.reauthentication,
    save: async (_, { user, key: old }, req, res) => {
      const options = { keyId: old.id, by: currentUser(req).id };
      const key = await rotateKey(deps, { actor: authorizedActor(req), user, ...options });
      return showNewKey(req, res, { page: await profileView(deps, req, user), key, name: old.name, deps });
    },
  });
}

/** `endsFirst`: the old key expires before the 24 hours are over. */
function describeNewKey({ scope, lifetimeDays, expiresAt }: ApiKey) {
  const endsFirst = expiresAt !== null && expiresAt < timestampIn(rotationOverlap);
  return {
    described: words().apiKeys.rotate.newKey(words().scopes[scope], words().apiKeys.lifetime(lifetimeDays)),
    endsFirst: endsFirst ? formatTime(expiresAt) : undefined,
  };
}
