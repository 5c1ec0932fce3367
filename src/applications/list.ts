import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { currentUser } from "../sessions/current-user.ts";
import { render } from "../web/render.ts";
import { formatTimeOrNone } from "../words/times.ts";
import { words } from "../words/words.ts";
import { applicationPath, applicationView, openApplication } from "./open.ts";
import { listApplications } from "./queries.ts";

export function listApplicationsPage({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const applications = await listApplications(db, currentUser(req).organizationId);
    render(req, res, "applications/list", {
      title: words().applications.title,
      rows: applications.map((application) => ({
        name: application.name,
        address: applicationPath(application),
        kind: words().applications.kinds[application.kind],
        roles: words().common.list(application.roles.map((role) => words().rolesInPlural[role])),
        status: application.status,
        lastUsed: formatTimeOrNone(application.lastUsedAt),
      })),
    });
  };
}

/** An application's settings, and what to paste into it. */
export function applicationPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const application = await openApplication(deps, req);
    render(req, res, "applications/application", applicationView(application, req, deps));
  };
}
