import { z } from "zod";
import { auditedChange, changedFields } from "../audit/audited-change.ts";
import { actorOf, currentUser } from "../auth/current-user.ts";
import { isUniqueViolation } from "../database.ts";
import type { Deps } from "../deps.ts";
import { organizationName, version } from "../users/fields.ts";
import { FormConflict, type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { findLastRename } from "./conflict-queries.ts";
import { planNames } from "./plans.ts";
import { findOrganization, updateOrganization } from "./queries.ts";

/** The organization's page: its name can be edited, its plan is the operator's. */
export function organizationPage({ db, config }: Deps): FormHandlers {
  return formPage({
    view: "organization/edit",
    title: "Organization",
    schema: z.object({ name: organizationName, version }),
    open: async (req) => {
      const { organization } = currentUser(req);
      return { ...organization, version: (await findLastRename(db, organization.id))?.id ?? 0 };
    },
    values: ({ name, version }) => ({ name, version: String(version) }),
    page: ({ plan }) => ({ plan: planNames[plan], isPro: plan === "pro", supportEmail: config.supportEmail }),
    save: async ({ name, version: since }, { id }, req) => {
      await auditedChange(
        db,
        { actor: actorOf(req), organizationId: id, action: "organization.renamed" },
        async (trx) => {
          const present = await findOrganization(trx, id);
          const changes = changedFields({ name: present?.name ?? null }, { name });
          if (!changes) return undefined;
          const last = await findLastRename(trx, id);
          if (last && since !== undefined && last.id > since && last.actorId !== currentUser(req).id)
            throw new FormConflict({ theirs: { name: present?.name ?? "" }, version: last.id });
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
