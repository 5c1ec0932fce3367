import type { Request } from "express";
import { z } from "zod";
import { auditedChanges } from "../audit/audited-change.ts";
import { type Database, isPostgres } from "../database/database.ts";
import { lockSetup } from "../database/postgres.ts";
import type { Deps } from "../deps.ts";
import { organizationName } from "../organization/fields.ts";
import { findOrganizationByName, insertOrganization } from "../organization/queries.ts";
import { passwordFields, secretFields, validatePassword } from "../passwords/form.ts";
import { deleteSetupLinks, insertOneTimeLink, isSetupToken, useOneTimeLink } from "../passwords/link-queries.ts";
import { newToken } from "../platform/secrets.ts";
import { requestActor } from "../sessions/current-user.ts";
import { startSession } from "../sessions/start.ts";
import { rememberBrowser } from "../throttling/known-browser.ts";
import { emailError, insertNewUser } from "../users/changes.ts";
import { email, firstName, lastName } from "../users/fields.ts";
import { InvalidLink } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { queryText } from "../web/paging.ts";
import { words } from "../words/words.ts";
import { anyAdminExists, updateLastLogin } from "./queries.ts";

const lifetimeMs = 30 * 60_000;
const invalidLink = (): InvalidLink => new InvalidLink(words().setup.invalidLink);

/** A new link for the first Admin, valid for 30 minutes, if there is no Admin yet; it replaces earlier ones. */
export async function makeSetupLink(db: Database, baseUrl: string): Promise<string | undefined> {
  if (await anyAdminExists(db)) return undefined;
  const token = newToken();
  await db.transaction(async (trx) => {
    // Several processes on one PostgreSQL each print a link, and all of them work until one is used.
    if (!isPostgres(trx)) await deleteSetupLinks(trx);
    await insertOneTimeLink(trx, { token, purpose: "setup", isMailed: false, lifetimeMs });
  });
  return `${baseUrl}/setup?token=${token}`;
}

export function setUp({ db, config, hashing }: Deps): FormHandlers {
  return formPage({
    view: "auth/setup",
    title: () => words().setup.title,
    schema: z.object({ organization: organizationName, firstName, lastName, email, ...passwordFields }),
    secret: secretFields,
    open: (req) => requireToken(db, req),
    page: () => ({ passwordHint: words().passwords.hint(config.passwordMinLength) }),
    validate: async ({ firstName = "", lastName = "", email: address, organization = "", ...typed }) => {
      const { data: known = "" } = email.safeParse(address);
      const person = { firstName, lastName, email: known, organization };
      return {
        ...(await emailError(db, known)),
        ...(await validatePassword(typed, person, { minLength: config.passwordMinLength, requester: "set-up" })),
      };
    },
    save: async ({ organization: name, password, confirmPassword: _, ...person }, token, req) => {
      const passwordHash = await hashing.hash(password);
      const adminId = await db.transaction(async (trx) => {
        if (isPostgres(trx)) await lockSetup(trx);
        if ((await anyAdminExists(trx)) || !(await useOneTimeLink(trx, token))) throw invalidLink();
        const known = await findOrganizationByName(trx, name);
        const organizationId = known?.id ?? (await insertOrganization(trx, { name }));
        const admin = { ...person, role: "admin" as const, mustChangePassword: false, passwordHash };
        const { subjectId, changes = {} } = await insertNewUser(trx, organizationId, admin);
        // The person has an ID only now, so history is written after what it is about, in the same transaction.
        const actor = { ...requestActor(req), kind: "user" as const, id: subjectId };
        await auditedChanges(trx, { actor, organizationId }, async (inner, record) => {
          if (!known) await record("organization.created", { changes: { name: { before: null, after: name } } });
          await record("user.created", { subjectId, changes });
          await record("user.logged-in", { subjectId });
          await updateLastLogin(inner, subjectId);
        });
        await rememberBrowser(trx, req, subjectId);
        return subjectId;
      });
      await startSession(db, req, { userId: adminId });
      return { to: "/admin/managers", notice: words().setup.done };
    },
  });
}

/** Only while there is no Admin, and only with the printed link. @throws HttpError 404 */
async function requireToken(db: Database, req: Request): Promise<string> {
  const token = queryText(req.query, "token");
  if ((await anyAdminExists(db)) || !(await isSetupToken(db, token))) throw invalidLink();
  return token;
}
