import { z } from "zod";
import { auditedChange, changedFields } from "../audit/audited-change.ts";
import { organizationName } from "../organization/fields.ts";
import { planNames } from "../organization/plans.ts";
import { findOrganizationByName, updateOrganization } from "../organization/queries.ts";
import { type Command, operator } from "./command.ts";
import { atInstallation, requireOrganization } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({
  organization: organizationName,
  plan: z.enum(["free", "pro"], "Say which plan: free or pro"),
});

export const setPlan: Command = {
  usage: "--organization NAME free|pro",
  does: "changes the organization's plan; API keys are a Pro feature",
  run: async (args) => {
    const { organization: name, plan } = readOptions(args, schema, "plan");
    return atInstallation(async ({ db }) => {
      const known = await requireOrganization(db, name);
      const entry = { actor: operator, organizationId: known.id, action: "plan.updated" } as const;
      const changed = await auditedChange(db, entry, async (trx) => {
        const present = await findOrganizationByName(trx, name);
        const changes = changedFields({ plan: present?.plan ?? null }, { plan });
        if (!changes) return undefined;
        await updateOrganization(trx, known.id, { plan });
        return { changes };
      });
      const planName = planNames[plan];
      const lines = [changed ? `${known.name} is now on ${planName}.` : `${known.name} is on ${planName} already.`];
      return { lines, json: { changed: changed !== undefined, organization: { ...known, plan } } };
    });
  },
};
