import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { status } from "../users/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { changeApplicationStatus } from "./changes.ts";
import { applicationPath, openApplication } from "./open.ts";

/** The confirmation page, which says what ends. */
export function applicationStatusPage(deps: Deps): FormHandlers {
  return formPage({
    view: "applications/status",
    title: () => words().status.title,
    schema: z.object({ status }),
    open: (req) => openApplication(deps, req),
    values: (application) => ({ status: application.status === "active" ? "inactive" : "active" }),
    page: (application) => ({ application, back: applicationPath(application) }),
    save: async ({ status }, { id, organizationId }, req) => {
      await changeApplicationStatus(deps, { actor: authorizedActor(req), organizationId, id, status });
      const { activated, deactivated } = words().applications;
      return { to: applicationPath({ id }), notice: status === "active" ? activated : deactivated };
    },
  });
}
