import type { Knex } from "knex";
import { z } from "zod";
import { type Actor, auditedChange, changedFields } from "../audit/audited-change.ts";
import { isUniqueViolation } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { CurrentUser, OrganizationId } from "../roles/people.ts";
import { AccessDenied, Conflict, Refusal } from "../roles/refusal.ts";
import { can, namesWithPermission } from "../roles/roles.ts";
import { type SecondFactorRule, secondFactorRules } from "../roles/second-factor-rule.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { findVersion, listFieldsOfOthers } from "./conflict-queries.ts";
import { organizationName } from "./fields.ts";
import { findOrganization, findSecondFactorRule, updateOrganization, updateSecondFactorRule } from "./queries.ts";

/** Security settings need a higher permission than the page itself. */
const maySecure = (user: CurrentUser): boolean => can(user, "users:edit");

/** The organization's page: its name, and who must have a second factor. The operator sets the plan. */
export function organizationPage(deps: Deps): FormHandlers {
  const { db, config } = deps;
  return formPage({
    view: "organization/edit",
    title: () => words().organization.title,
    schema: z.object({
      name: organizationName,
      secondFactor: z.enum(secondFactorRules, { error: () => words().organization.chooseRule }).optional(),
      version,
    }),
    open: async (req) => {
      const user = currentUser(req);
      const { organization, factor } = user;
      if (req.body?.secondFactor !== undefined && !maySecure(user))
        throw new AccessDenied(words().organization.onlyRolesChooseRule(namesWithPermission("users:edit")));
      return {
        ...organization,
        secondFactor: factor.secondFactorRule,
        version: await findVersion(db, organization.id),
      };
    },
    values: ({ name, secondFactor, version }) => ({ name, secondFactor, version: String(version) }),
    page: ({ plan }, req) => ({
      plan: words().plans[plan],
      isPro: plan === "pro",
      supportEmail: config.supportEmail,
      secondFactorRules:
        maySecure(currentUser(req)) &&
        secondFactorRules.map((value) => ({ value, name: words().secondFactorRules[value] })),
    }),
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ secondFactor }, present) =>
      secondFactor !== undefined && secondFactor !== present.secondFactor,
    save: async ({ version: since, ...wanted }, { id }, req) => {
      const change = { actor: authorizedActor(req), id };
      await db.transaction(async (trx) => {
        await refuseConflict(trx, { ...change, ...wanted, since });
        await rename(trx, { ...change, name: wanted.name });
        if (wanted.secondFactor) await changeDemand(trx, { ...change, secondFactor: wanted.secondFactor });
      });
      return { to: "/admin/organization", notice: words().organization.saved };
    },
  });
}

type Subject = { actor: Actor; id: OrganizationId };
type Wanted = { name: string; secondFactor?: SecondFactorRule | undefined };

/** @throws Conflict if this would undo what someone else has saved since the form was opened */
async function refuseConflict(
  trx: Knex.Transaction,
  { actor, id, since, name, secondFactor }: Subject & Wanted & { since: number | undefined },
): Promise<void> {
  if (since === undefined) return;
  const actorId = actor.kind === "user" ? actor.id : 0;
  const changed = await listFieldsOfOthers(trx, { id, actorId, since });
  const present = {
    name: (await findOrganization(trx, id))?.name ?? "",
    secondFactor: await findSecondFactorRule(trx, id),
  };
  const wanted = { name, secondFactor: secondFactor ?? present.secondFactor };
  const undone = changed.filter((field) => wanted[field] !== present[field]);
  if (undone.length === 0) return;
  const shown = { name: present.name, secondFactor: words().secondFactorRules[present.secondFactor] };
  const theirs = Object.fromEntries(undone.map((field) => [field, shown[field]]));
  throw new Conflict({ theirs, version: await findVersion(trx, id) });
}

async function rename(db: Knex.Transaction, { actor, id, name }: Subject & { name: string }): Promise<void> {
  await auditedChange(db, { actor, organizationId: id, action: "organization.renamed" }, async (trx) => {
    const present = await findOrganization(trx, id);
    const changes = changedFields({ name: present?.name ?? null }, { name });
    if (!changes) return undefined;
    await updateOrganization(trx, id, { name }).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new Refusal({ name: words().organization.nameTaken }) : error;
    });
    return { changes };
  });
}

async function changeDemand(
  db: Knex.Transaction,
  { actor, id, secondFactor }: Subject & { secondFactor: SecondFactorRule },
): Promise<void> {
  await auditedChange(db, { actor, organizationId: id, action: "second-factor-rule.updated" }, async (trx) => {
    const changes = changedFields({ secondFactor: await findSecondFactorRule(trx, id) }, { secondFactor });
    if (!changes) return undefined;
    await updateSecondFactorRule(trx, id, secondFactor);
    return { changes };
  });
}
