import type { Request, Response } from "express";
import { type Application, findClient } from "../applications/queries.ts";
import type { Deps } from "../deps.ts";
import { logOutHere } from "../sessions/log-out.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { queryText } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";

/**
 * RP-Initiated Logout 1.0: an application sends someone here to log out. Roster asks, because any site could. Only the
 * application's own address after log-out is followed.
 */
export function logOutOfApplications(deps: Deps): FormHandlers {
  const form = formPage({
    view: "oidc/log-out",
    title: () => words().applications.logOutTitle,
    open: (req) => requestedBy(deps, req),
    page: ({ application }) => ({ application: application?.name }),
    save: async (_, { to }, req, res) => {
      await logOutHere(deps.db, req, res);
      // The page that follows is a visitor's.
      delete req.user;
      sayLoggedOut(req, res, to);
      return "answered";
    },
  });
  return {
    ...form,
    // Pressed twice: the session has ended, and no token could be valid.
    stale: async (req, res, next) => (req.user ? next() : sayLoggedOut(req, res, (await requestedBy(deps, req)).to)),
    get: async (req, res, next) =>
      req.user ? form.get(req, res, next) : res.redirect(303, (await requestedBy(deps, req)).to),
  };
}

/** Not a redirect: Chromium would apply the form's `form-action` to it. */
const sayLoggedOut = (req: Request, res: Response, continueTo: string): void =>
  render(req, res, "oidc/continue", {
    title: words().applications.loggedOutTitle,
    link: words().applications.continueLink,
    continueTo,
  });

/** Of a parameter: an ID token has about 1,000 characters. */
const maxLength = 10_000;

type LogOut = { application: Application | undefined; to: string };

async function requestedBy({ db }: Deps, req: Request): Promise<LogOut> {
  const text = (name: string): string => queryText(req.query, name, maxLength);
  const clientId = text("client_id") || audienceOf(text("id_token_hint"));
  const application = clientId ? await findClient(db, clientId) : undefined;
  const address = text("post_logout_redirect_uri");
  if (!application?.logOutAddress || application.logOutAddress !== address) return { application, to: "/login" };
  const url = new URL(address);
  const state = text("state");
  if (state) url.searchParams.append("state", state);
  return { application, to: url.href };
}

/** Which application the ID token is for. Its signature does not matter: Roster asks, and follows only known addresses. */
function audienceOf(token: string): string | undefined {
  const [, payload = ""] = token.split(".");
  try {
    return String(JSON.parse(Buffer.from(payload, "base64url").toString()).aud);
  } catch {
    return undefined;
  }
}
