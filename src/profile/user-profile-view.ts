import type { Request } from "express";
import { listActivity } from "../activity/list-queries.ts";
import { activityRows } from "../activity/rows.ts";
import { keysSection } from "../api-keys/section.ts";
import { readTogether } from "../database/sqlite.ts";
import type { Deps } from "../deps.ts";
import { invitationError } from "../invitations/rules.ts";
import { mailProblem } from "../mail/section.ts";
import type { User } from "../roles/people.ts";
import { permissionRows } from "../roles/roles.ts";
import { factorSection } from "../second-factor/section.ts";
import { currentUser } from "../sessions/current-user.ts";
import { sessionsSection } from "../sessions/section.ts";
import { endDateParts, endDateText } from "../users/end-date.ts";
import { describeLockout } from "../users/lockout.ts";
import { personParts } from "../users/person-parts.ts";
import { isInvitationOpen, isInvited } from "../users/rules.ts";
import { aboutUser } from "../users/user-page.ts";
import { formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { languageSection } from "./language.ts";

const historyLength = 10;

/** Everything that the User profile shows; a section whose form was refused shows it again with the error. */
export async function profileView(deps: Deps, req: Request, user: User) {
  const admin = currentUser(req);
  const isOneself = user.id === admin.id;
  const [apiKeys, lockout, problem, sessions, secondFactor, history] = await readTogether(deps.db, () =>
    Promise.all([
      keysSection(deps, user, { isPro: admin.organization.plan === "pro" }),
      describeLockout(deps.db, user),
      mailProblem(deps.db, user),
      sessionsSection(deps, user, req),
      factorSection(deps.db, user, { rule: admin.factor.secondFactorRule, isOwn: isOneself }),
      historySection(deps, user),
    ]),
  );
  return {
    ...aboutUser(user, req),
    ...personParts(user),
    isOneself,
    endDate: endDateText(user),
    endDateSentence: user.deactivateOn ? words().endDate.isActiveUntil(endDateParts(user.deactivateOn)) : undefined,
    languageSection: isOneself ? languageSection(admin) : undefined,
    invitation: isInvited(user) ? { error: invitationError(user), isOpen: isInvitationOpen(user) } : undefined,
    permissions: permissionRows(user.role),
    apiKeys,
    lockout: Object.values(lockout),
    mailProblem: problem,
    sessions,
    secondFactor,
    history,
  };
}

/** What is left to show of an erased user. */
export async function erasedUserView(deps: Deps, req: Request, user: User) {
  return {
    ...aboutUser(user, req),
    ...personParts(user),
    erased: formatTime(user.erasedAt ?? ""),
    history: await historySection(deps, user),
  };
}

async function historySection({ db }: Deps, { organizationId, id }: User) {
  const history = await listActivity(db, organizationId, { subjectId: id, limit: historyLength + 1 });
  const rows = await activityRows(db, organizationId, history.slice(0, historyLength));
  return { rows, more: history.length > historyLength };
}
