import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { currentUser } from "../sessions/current-user.ts";
import { render } from "../web/render.ts";
import { formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { applicationPath } from "./open.ts";
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
        lastUsed: application.lastUsedAt ? formatTime(application.lastUsedAt) : undefined,
      })),
    });
  };
}
