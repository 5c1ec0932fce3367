import type { Request, Response } from "express";
import { z } from "zod";
import { confirmation } from "../auth/confirmation.ts";
import type { Deps } from "../deps.ts";
import { profileView } from "../profile/user-profile-view.ts";
import { actorOf, currentUser } from "../sessions/current-user.ts";
import { keyName } from "../users/fields.ts";
import { profileOf, requireUser } from "../users/open-user.ts";
import type { User } from "../users/queries.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { generateKeyFor, requirePro } from "./changes.ts";
import { scopes, spans, usualSpan } from "./rules.ts";

/** The form that a new key is asked for with; sent twice, it makes one. */
export const formId = z
  .string("Reload the page and press the button again")
  .regex(/^[\w-]{43}$/, "Reload the page and press the button again");

const schema = z.object({
  name: keyName,
  scope: z.enum(scopes, "Choose the scope").default("read"),
  span: z.enum(Object.keys(spans), "Choose when the key expires").default(usualSpan),
  formId,
});

/** The form stands in the profile's section; its answer shows the key, once, and writes it nowhere. */
export function generateKey(deps: Deps): FormHandlers {
  const form = formPage({
    view: "users/profile",
    title: "Generate an API key",
    schema,
    open: async (req) => {
      const user = await requireUser(deps.db, req);
      requirePro(currentUser(req).organization);
      return user;
    },
    values: () => ({}),
    page: (user, req) => profileView(deps, req, user),
    gate: confirmation(deps),
    save: async ({ name, scope, span, formId }, user, req, res) => {
      const wanted = { name, scope, spanDays: spans[span] ?? null, formId, by: currentUser(req).id };
      const key = await generateKeyFor(deps, { actor: actorOf(req), user, ...wanted });
      return key ? showOnce(deps, req, res, { user, key, name }) : shownBefore(user, req);
    },
  });
  return { ...form, get: async (req, res) => res.redirect(303, keysAddress(await requireUser(deps.db, req), req)) };
}

const keysAddress = (user: User, req: Request): string => `${profileOf(user, req)}#api-keys`;

export async function showOnce(
  deps: Deps,
  req: Request,
  res: Response,
  { user, key, name }: { user: User; key: string; name: string },
): Promise<"answered"> {
  const page = await profileView(deps, req, user);
  const newKey = { key, name, baseUrl: deps.config.baseUrl };
  render(req, res, "users/profile", { ...page, title: "New API key", values: {}, errors: {}, newKey });
  return "answered";
}

export function shownBefore(user: User, req: Request): { to: string; notice: string } {
  return {
    to: profileOf(user, req),
    notice: "This key was generated before, and is shown only once. Revoke it if you lost it.",
  };
}
