import { z } from "zod";
import { auditedChange, changedFields } from "../audit/audited-change.ts";
import { findOrganizationByName, updateOrganization } from "../organization/queries.ts";
import { words } from "../words/words.ts";
import { operator } from "./command.ts";
import { dataCommand, requireOrganization } from "./installation.ts";
import { organizationOption } from "./options.ts";

const schema = z.object({
  organization: organizationOption,
  plan: z.enum(["free", "pro"], "Choose a plan: free or pro").meta({ form: "free|pro", description: "the new plan" }),
});

export const setPlan = dataCommand({
  summary: "changes the organization's plan; API keys are a Pro feature",
  schema,
  positional: "plan",
  example: "--organization Acme pro",
  run: async ({ db }, { organization: name, plan }) => {
    const known = await requireOrganization(db, name);
    const entry = { actor: operator, organizationId: known.id, action: "plan.updated" } as const;
    const changed = await auditedChange(db, entry, async (trx) => {
      const present = await findOrganizationByName(trx, name);
      const changes = changedFields({ plan: present?.plan ?? null }, { plan });
      if (!changes) return undefined;
      await updateOrganization(trx, known.id, { plan });
      return { changes };
    });
    const planName = words().plans[plan];
    const lines = [changed ? `${known.name} is now on ${planName}.` : `${known.name} is already on ${planName}.`];
    return { lines, json: { changed: changed !== undefined, organization: { ...known, plan } } };
  },
});
