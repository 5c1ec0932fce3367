import type { Request, RequestHandler } from "express";
import { keysSection } from "../api-keys/section.ts";
import type { Deps } from "../deps.ts";
import { can, mayEditThemselves, permissionRows } from "../roles/roles.ts";
import { factorSection } from "../second-factor/section.ts";
import { currentUser } from "../sessions/current-user.ts";
import { sessionsSection } from "../sessions/section.ts";
import { endDateParts } from "../users/end-date.ts";
import { describeLockout } from "../users/lockout.ts";
import { personParts } from "../users/person-parts.ts";
import { fullName, profilePath } from "../users/user-page.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { languageSection } from "./language.ts";

/** What Roster knows about you; an Admin's page redirects to their User profile. */
export function ownProfile(deps: Deps): RequestHandler {
  return async (req, res) => {
    const me = currentUser(req);
    if (can(me, "users:edit")) return res.redirect(303, profilePath(me));
    render(req, res, "profile/own-profile", await ownProfileView(deps, req));
  };
}

export async function ownProfileView(deps: Deps, req: Request) {
  const me = currentUser(req);
  return {
    ...personParts(me),
    name: fullName(me),
    address: "/profile",
    returnQuery: "",
    user: me,
    mayEdit: mayEditThemselves[me.role],
    endDate: me.deactivateOn ? words().endDate.areActiveUntil(endDateParts(me.deactivateOn)) : undefined,
    permissions: permissionRows(me.role),
    organization: { name: me.organization.name, plan: words().plans[me.organization.plan] },
    apiKeys: await keysSection(deps, me, { isPro: me.organization.plan === "pro" }),
    sessions: await sessionsSection(deps, me, req),
    lockout: await describeLockout(deps.db, me),
    secondFactor: await factorSection(deps.db, me, { rule: me.factor.secondFactorRule, isOwn: true }),
    languageSection: languageSection(me),
    values: {},
    errors: {},
  };
}
