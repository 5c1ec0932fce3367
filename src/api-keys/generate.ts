import type { Request, Response } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { showSecret } from "../users/show-secret.ts";
import { openUser, type ProfileView, profilePathWithReturn } from "../users/user-page.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { generateKeyFor, requirePro } from "./changes.ts";
import { keyName } from "./fields.ts";
import { defaultLifetime, lifetimes, scopes } from "./rules.ts";

const schema = z.object({
  name: keyName,
  scope: z.enum(scopes, { error: () => words().apiKeys.chooseScope }).default("read"),
  // Absent only in a request that our form did not make.
  formId: z.uuid().optional().catch(undefined),
  lifetime: z.enum(Object.keys(lifetimes), { error: () => words().apiKeys.chooseLifetime }).default(defaultLifetime),
});

/** The form is in the profile's section; its response shows the key once, and the key is stored nowhere. */
export function generateKey(deps: Deps, profileView: ProfileView): FormHandlers {
  const form = formPage({
    view: "profile/user-profile",
    title: () => words().apiKeys.generateTitle,
    schema,
    open: async (req) => {
      const user = await openUser(deps.db, req);
      requirePro(currentUser(req).organization);
      return user;
    },
    page: (user, req) => profileView(deps, req, user),
    reauthentication: deps.reauthentication,
    save: async ({ name, scope, lifetime, formId }, user, req, res) => {
      const lifetimeDays = lifetimes[lifetime] ?? null;
      const options = { name, scope, lifetimeDays, formId, by: currentUser(req).id };
      const key = await generateKeyFor(deps, { actor: authorizedActor(req), user, ...options });
      return showNewKey(req, res, { page: await profileView(deps, req, user), key, name, deps });
    },
  });
  return { ...form, get: async (req, res) => res.redirect(303, keysAddress(await openUser(deps.db, req), req)) };
}

const keysAddress = (user: User, req: Request): string => `${profilePathWithReturn(user, req)}#api-keys`;

type ProfilePage = Awaited<ReturnType<ProfileView>>;

/** @param options `page`: the User profile behind the dialog with the key */
export function showNewKey(
  req: Request,
  res: Response,
  { page, key, name, deps }: { page: ProfilePage; key: string; name: string; deps: Deps },
): "answered" {
  const { title, heading, copy, try: tryNow, tryLater } = words().apiKeys.newKey;
  const { paused } = page.apiKeys;
  const secret = {
    title,
    heading: { text: heading, marks: { name: { text: name } } },
    copy: { text: copy, marks: { now: { is: "strong" }, name: { text: page.name } } },
    note: paused,
    value: key,
    command: {
      label: paused ? tryLater : tryNow,
      line: `curl -H "X-API-Key: ${key}" ${deps.config.baseUrl}/api/v1/me`,
    },
    back: `${page.back}#api-keys`,
  };
  return showSecret(req, res, { page, secret });
}
