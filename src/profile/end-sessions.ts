import type { Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { NotFound } from "../roles/errors.ts";
import { endApplicationAccess, endSession, endSessions } from "../sessions/changes.ts";
import { authorizedActor, currentUser, destroySession } from "../sessions/current-user.ts";
import { sessionName } from "../sessions/queries.ts";
import type { OpenSubject } from "../users/user-page.ts";
import { idParam } from "../web/form.ts";
import { setNotice } from "../web/notice.ts";
import { words } from "../words/words.ts";

/** Ends the user's access to one application. */
export function endAccess(deps: Deps, open: OpenSubject): RequestHandler {
  return async (req, res) => {
    const { user, back } = await open(req);
    const applicationId = idParam(req, "applicationId");
    const name = await endApplicationAccess(deps, { actor: authorizedActor(req), user, applicationId });
    if (name === undefined) throw new NotFound();
    redirectBack(req, res, { back, notice: words().sessions.accessEnded(name) });
  };
}

/** Ends one session of the user. */
export function endOneSession(deps: Deps, open: OpenSubject): RequestHandler {
  return async (req, res) => {
    const { user, back } = await open(req);
    const name = String(req.params.sessionName);
    if (!(await endSession(deps, { actor: authorizedActor(req), user, name }))) throw new NotFound();
    if (name === sessionName(req.sessionID)) {
      await destroySession(req);
      res.set("Clear-Site-Data", '"cache"');
    }
    redirectBack(req, res, { back, notice: words().sessions.ended });
  };
}

/** Ends all sessions of the user, except the one that asks. */
export function endAllSessions(deps: Deps, open: OpenSubject): RequestHandler {
  return async (req, res) => {
    const { user, back } = await open(req);
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
