import { z } from "zod";
import { auditedChange, changedFields } from "../audit/audited-change.ts";
import { actorOf, currentUser } from "../auth/current-user.ts";
import { isUniqueViolation } from "../database.ts";
import type { Deps } from "../deps.ts";
import { organizationName } from "../users/fields.ts";
import { type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { planNames } from "./plans.ts";
import { findOrganization, updateOrganization } from "./queries.ts";

/** The organization's page: its name can be edited, its plan is the operator's. */
export function organizationPage({ db, config }: Deps): FormHandlers {
  return formPage({
    view: "organization/edit",
    title: "Organization",
    schema: z.object({ name: organizationName }),
    open: (req) => currentUser(req).organization,
    values: ({ name }) => ({ name }),
    page: ({ plan }) => ({ plan: planNames[plan], isPro: plan === "pro", supportEmail: config.supportEmail }),
    save: async ({ name }, { id }, req) => {
      await auditedChange(
        db,
        { actor: actorOf(req), organizationId: id, action: "organization.renamed" },
        async (trx) => {
          const present = await findOrganization(trx, id);
          const changes = changedFields({ name: present?.name ?? null }, { name });
          if (!changes) return undefined;
          await updateOrganization(trx, id, { name }).catch((error: unknown) => {
            throw isUniqueViolation(error)
              ? new FormRefused({ name: "Another organization here has this name. Use another one." })
              : error;
          });
          return { changes };
        },
      );
      return { to: "/admin/organization", notice: "Organization saved." };
    },
  });
}
