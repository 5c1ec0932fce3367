import csurf from "csurf";
import type { Request, RequestHandler, Response } from "express";
import { HttpError } from "./errors.ts";

// csurf is no longer maintained, so this module is the only one that knows it. Its secret lives in the session.

const expired =
  "This page was open for too long, or was sent from somewhere else. Nothing was changed. Go back, reload the page and send it again.";

/** Makes a token without checking one; csurf would otherwise start a session for every visitor of any page. */
const provide = csurf({ ignoreMethods: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] });
/** Checks the token of the body alone: one in an address or a header could be put there by somebody else. */
const check = csurf({ ignoreMethods: [], value: (req) => (typeof req.body?._csrf === "string" ? req.body._csrf : "") });

/** The token for a form on this page; starts a session to keep its secret where there is none. */
export function csrfToken(req: Request, res: Response): string {
  provide(req, res, () => undefined);
  return req.csrfToken();
}

/** Stands after the body parser of every changing route. A stale or missing token is a 403 that says how to go on. */
export const checkCsrfToken: RequestHandler = (req, res, next) => {
  if (!("csrfSecret" in req.session)) throw new HttpError(403, expired);
  check(req, res, (error?: unknown) => next(error ? new HttpError(403, expired) : undefined));
};

/**
 * Refuses what another site made a browser send, before anything is parsed. Text browsers send neither header: for
 * them the token decides alone. `baseUrl` undefined: any name that this machine was asked by.
 */
export function checkOrigin(baseUrl: string | undefined): RequestHandler {
  return (req, _res, next) => {
    if (req.method === "GET" || req.method === "HEAD") return next();
    const site = req.get("Sec-Fetch-Site");
    const origin = req.get("Origin");
    const own = baseUrl ?? `${req.protocol}://${req.get("Host")}`;
    const foreign =
      (site !== undefined && site !== "same-origin" && site !== "none") || (origin !== undefined && origin !== own);
    next(foreign ? new HttpError(403, expired) : undefined);
  };
}
