import type { Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import type { User } from "../roles/people.ts";
import { endApplicationAccess, endSession, endSessions } from "../sessions/changes.ts";
import { authorizedActor, currentUser, destroySession } from "../sessions/current-user.ts";
import { sessionName } from "../sessions/queries.ts";
import { openUser, profilePathWithReturn } from "../users/user-page.ts";
import { idParam } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { words } from "../words/words.ts";

type Whose = (req: Request) => Promise<{ user: User; back: string }>;

const own: Whose = async (req) => ({ user: currentUser(req), back: "/profile" });
const sharedText =
  (deps: Deps): Whose =>
  async (req) => {
    const user = await openUser(deps.db, req);
    return { user, back: profilePathWithReturn(user, req) };
  };

/** Ends one session of the user. */
export const endUserSession = (deps: Deps): RequestHandler => endingOne(deps, sharedText(deps));
export const endOwnSession = (deps: Deps): RequestHandler => endingOne(deps, own);

/** Ends all of the user's other sessions. */
export const endUserSessions = (deps: Deps): RequestHandler => endingAll(deps, sharedText(deps));
export const endOwnSessions = (deps: Deps): RequestHandler => endingAll(deps, own);

/** Ends the user's access to one application. */
export const endUserAccess = (deps: Deps): RequestHandler => endingAccess(deps, sharedText(deps));
export const endOwnAccess = (deps: Deps): RequestHandler => endingAccess(deps, own);

function endingAccess(deps: Deps, whose: Whose): RequestHandler {
  return async (req, res) => {
    const { user, back } = await whose(req);
    const applicationId = idParam(req, "applicationId");
    const name = await endApplicationAccess(deps, { actor: authorizedActor(req), user, applicationId });
    if (name === undefined) throw new NotFound();
    redirectBack(req, res, { back, notice: words().sessions.accessEnded(name) });
  };
}

function endingOne(deps: Deps, whose: Whose): RequestHandler {
  return async (req, res) => {
    const { user, back } = await whose(req);
    const name = String(req.params.sessionName);
    if (!(await endSession(deps, { actor: authorizedActor(req), user, name }))) throw new NotFound();
    if (name === sessionName(req.sessionID)) {
      await destroySession(req);
      res.set("Clear-Site-Data", '"cache"');
    }
    redirectBack(req, res, { back, notice: words().sessions.ended });
  };
}

function endingAll(deps: Deps, whose: Whose): RequestHandler {
  return async (req, res) => {
    const { user, back } = await whose(req);
    const isOwn = user.id === currentUser(req).id;
    await endSessions(deps, { actor: authorizedActor(req), user, ...(isOwn && { except: req.sessionID }) });
    const { endedOthers, endedAll } = words().sessions;
    redirectBack(req, res, { back, notice: isOwn ? endedOthers : endedAll });
  };
}

function redirectBack(req: Request, res: Response, { back, notice }: { back: string; notice: string }): void {
  setNotice(req, res, notice);
  res.redirect(303, back);
}
