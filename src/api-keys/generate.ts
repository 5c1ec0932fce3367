import type { Request } from "express";
import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import { actorOf, currentUser } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { keyName } from "../users/fields.ts";
import { profileAddress, requireUser } from "../users/open-user.ts";
import { profileView } from "../users/profile-view.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { makeKey } from "./key.ts";
import { insertKey, isKeyNameTaken, wasFormUsed } from "./queries.ts";

const schema = z.object({
  name: keyName,
  formId: z.string().regex(/^[\w-]{43}$/, "Reload the page and press the button again"),
});

/** The form stands in the profile's section; its answer shows the key, once, and writes it nowhere. */
export function generateKey(deps: Deps): FormHandlers {
  const form = formPage({
    view: "users/profile",
    title: "Generate an API key",
    schema,
    open: (req) => requireUser(deps.db, req),
    values: () => ({}),
    page: (user, req) => profileView(deps, currentUser(req), user),
    save: async ({ name, formId }, user, req, res) => {
      const admin = currentUser(req);
      if (admin.organization.plan !== "pro")
        throw new HttpError(403, "API keys are a Pro feature, and this organization is on the free plan.");
      const key = await insertNewKey(deps, req, { userId: user.id, name, formId });
      if (!key)
        return {
          to: `${profileAddress(user)}#api-keys`,
          notice: "This key was generated before, and is shown only once. Revoke it if you lost it.",
        };
      const page = await profileView(deps, admin, user);
      render(req, res, "users/profile", {
        ...page,
        title: "New API key",
        values: {},
        errors: {},
        newKey: { key, name, baseUrl: deps.config.baseUrl },
      });
      return "answered";
    },
  });
  return {
    ...form,
    get: async (req, res) => res.redirect(303, `${profileAddress(await requireUser(deps.db, req))}#api-keys`),
  };
}

/** The key, or undefined where this very form has made one before. */
async function insertNewKey(
  { db }: Deps,
  req: Request,
  { userId, name, formId }: { userId: number; name: string; formId: string },
): Promise<string | undefined> {
  const admin = currentUser(req);
  const entry = {
    actor: actorOf(req),
    organizationId: admin.organizationId,
    subjectId: userId,
    action: "api-key.generated",
  } as const;
  const made = await auditedChange(db, entry, async (trx) => {
    if (await wasFormUsed(trx, userId, formId)) return undefined;
    if (await isKeyNameTaken(trx, userId, name))
      throw new FormRefused({ name: "Another key of this user has this name. Use another one." });
    const key = makeKey();
    await insertKey(trx, { userId, name, key, formId, createdBy: admin.id });
    return { key, changes: { name: { before: null, after: name } } };
  });
  return made?.key;
}
