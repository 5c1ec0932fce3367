import type { Knex } from "knex";
import { z } from "zod";
import { type Actor, auditedChange, changedFields } from "../audit/audited-change.ts";
import { actorOf, currentUser } from "../auth/current-user.ts";
import { isUniqueViolation } from "../database.ts";
import type { Deps } from "../deps.ts";
import { type Demand, demandNames, demands } from "../second-factor/rules.ts";
import { organizationName, version } from "../users/fields.ts";
import { FormConflict, type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { findLastRename } from "./conflict-queries.ts";
import { planNames } from "./plans.ts";
import { findDemand, findOrganization, type OrganizationId, updateDemand, updateOrganization } from "./queries.ts";

/** The organization's page: its name, and who must have a second factor; its plan is the operator's. */
export function organizationPage({ db, config }: Deps): FormHandlers {
  return formPage({
    view: "organization/edit",
    title: "Organization",
    schema: z.object({
      name: organizationName,
      secondFactor: z.enum(demands, "Choose who must have a second factor").optional(),
      version,
    }),
    open: async (req) => {
      const { organization, factor } = currentUser(req);
      const version = (await findLastRename(db, organization.id))?.id ?? 0;
      return { ...organization, secondFactor: factor.demand, version };
    },
    values: ({ name, secondFactor, version }) => ({ name, secondFactor, version: String(version) }),
    page: ({ plan }) => ({
      plan: planNames[plan],
      isPro: plan === "pro",
      supportEmail: config.supportEmail,
      demands: demands.map((value) => ({ value, name: demandNames[value] })),
    }),
    save: async ({ name, secondFactor, version: since }, { id }, req) => {
      const actor = actorOf(req);
      await db.transaction(async (trx) => {
        await rename(trx, { actor, id, name, since });
        if (secondFactor) await changeDemand(trx, { actor, id, secondFactor });
      });
      return { to: "/admin/organization", notice: "Organization saved." };
    },
  });
}

type Subject = { actor: Actor; id: OrganizationId };

async function rename(
  db: Knex.Transaction,
  { actor, id, name, since }: Subject & { name: string; since: number | undefined },
): Promise<void> {
  await auditedChange(db, { actor, organizationId: id, action: "organization.renamed" }, async (trx) => {
    const present = await findOrganization(trx, id);
    const changes = changedFields({ name: present?.name ?? null }, { name });
    if (!changes) return undefined;
    const last = await findLastRename(trx, id);
    const isOwn = actor.kind === "user" && actor.id === last?.actorId;
    if (last && since !== undefined && last.id > since && !isOwn)
      throw new FormConflict({ theirs: { name: present?.name ?? "" }, version: last.id });
    await updateOrganization(trx, id, { name }).catch((error: unknown) => {
      throw isUniqueViolation(error)
        ? new FormRefused({ name: "Another organization here has this name. Use another one." })
        : error;
    });
    return { changes };
  });
}

async function changeDemand(
  db: Knex.Transaction,
  { actor, id, secondFactor }: Subject & { secondFactor: Demand },
): Promise<void> {
  await auditedChange(db, { actor, organizationId: id, action: "second-factor-rule.updated" }, async (trx) => {
    const changes = changedFields({ secondFactor: await findDemand(trx, id) }, { secondFactor });
    if (!changes) return undefined;
    await updateDemand(trx, id, secondFactor);
    return { changes };
  });
}
