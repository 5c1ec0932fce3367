import type { Knex } from "knex";
import { z } from "zod";
import { type Actor, auditedChanges } from "../audit/audited-change.ts";
import { type Database, isUniqueViolation } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { AccessDenied, Conflict, ValidationError } from "../roles/errors.ts";
import type { CurrentUser, OrganizationId } from "../roles/people.ts";
import { can, namesWithPermission } from "../roles/roles.ts";
import { secondFactorRules } from "../roles/second-factor-rule.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { language, version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { switchLanguage } from "../web/language.ts";
import { timeZones } from "../words/times.ts";
import { languageOptions, words } from "../words/words.ts";
import { findVersion, listSettingsOfOthers, settingActions, settingNames } from "./conflict-queries.ts";
import { organizationName, timeZoneName } from "./fields.ts";
import { findSettings, type Settings, updateOrganization } from "./queries.ts";

/** Security settings need a higher permission than the page itself. */
const canEditSecurity = (user: CurrentUser): boolean => can(user, "users:edit");

/** The organization's page: its name, language and time zone, and who must have a second factor. The operator sets the plan. */
export function organizationPage(deps: Deps): FormHandlers {
  const { db, config } = deps;
  return formPage({
    view: "organization/edit",
    title: () => words().organization.title,
    schema: z.object({
      name: organizationName,
      timeZone: timeZoneName.optional(),
      language: language.optional(),
      secondFactor: z.enum(secondFactorRules, { error: () => words().organization.chooseRule }).optional(),
      version,
    }),
    open: async (req) => {
      const user = currentUser(req);
      const { organization, factor, languages, timeZone } = user;
      if (req.body?.secondFactor !== undefined && !canEditSecurity(user))
        throw new AccessDenied(words().organization.onlyRolesChooseRule(namesWithPermission("users:edit")));
      return {
        ...organization,
        secondFactor: factor.secondFactorRule,
        language: languages.organization ?? "",
        timeZone,
        version: await findVersion(db, organization.id),
      };
    },
    values: ({ name, secondFactor, language, timeZone, version }) => ({
      ...{ name, secondFactor, language, timeZone },
      version: String(version),
    }),
    page: ({ plan }, req) => ({
      plan: words().plans[plan],
      isPro: plan === "pro",
      supportEmail: config.supportEmail,
      languages: [{ value: "", name: words().organization.automaticLanguage }, ...languageOptions()],
      timeZones: Array.from(timeZones(), (value) => ({ value, name: value })),
      secondFactorRules:
        canEditSecurity(currentUser(req)) &&
        secondFactorRules.map((value) => ({ value, name: words().secondFactorRules[value] })),
    }),
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ secondFactor }, present) =>
      secondFactor !== undefined && secondFactor !== present.secondFactor,
    save: async ({ version: since, ...typed }, { id }, req, res) => {
      await saveSettings(db, { actor: authorizedActor(req), id, since, wanted: sent(typed) });
      const { language } = typed;
      const { organization } = switchLanguage(req, res, language === undefined ? {} : { organization: language });
      return { to: "/admin/organization", notice: organization.saved };
    },
  });
}

/** Keeps only what was sent: a Manager's form has fewer fields. */
const sent = <Values extends object>(values: Values): { [Name in keyof Values]: Exclude<Values[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

type Save = { actor: Actor; id: OrganizationId; since: number | undefined; wanted: Partial<Settings> };

/** Saves everything or nothing, with a history row for each changed setting. @throws Conflict or ValidationError */
async function saveSettings(db: Database, { actor, id, since, wanted }: Save): Promise<void> {
  await auditedChanges(db, { actor, organizationId: id }, async (trx, record) => {
    const before = await findSettings(trx, id);
    const after = { ...before, ...wanted };
    if (since !== undefined) await rejectConflict(trx, { actor, id, since, before, after });
    const changed = settingNames.filter((name) => before[name] !== after[name]);
    if (changed.length === 0) return;
    await updateOrganization(trx, id, pick(after, changed)).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new ValidationError({ name: words().organization.nameTaken }) : error;
    });
    for (const name of changed)
      await record(settingActions[name], { changes: { [name]: { before: before[name], after: after[name] } } });
  });
}

const pick = (settings: Settings, names: (keyof Settings)[]): Partial<Settings> =>
  Object.fromEntries(names.map((name) => [name, settings[name]]));

/** @throws Conflict if this would undo what someone else has saved since the form was opened */
async function rejectConflict(
  trx: Knex.Transaction,
  {
    actor,
    id,
    since,
    before,
    after,
  }: Omit<Save, "wanted" | "since"> & Record<"before" | "after", Settings> & { since: number },
): Promise<void> {
  const actorId = actor.kind === "user" ? actor.id : 0;
  const changed = await listSettingsOfOthers(trx, { id, actorId, since });
  const overwritten = changed.filter((name) => after[name] !== before[name]);
  if (overwritten.length === 0) return;
  const shown = {
    name: before.name,
    secondFactor: words().secondFactorRules[before.secondFactor],
    language:
      languageOptions().find(({ value }) => value === before.language)?.name ?? words().organization.automaticLanguage,
    timeZone: before.timeZone,
  };
  const theirs = Object.fromEntries(overwritten.map((name) => [name, shown[name]]));
  throw new Conflict({ theirs, version: await findVersion(trx, id) });
}
