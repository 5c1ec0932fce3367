import csurf from "csurf";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { words } from "../words/words.ts";
import { FormNotAccepted } from "./errors.ts";
import { render } from "./render.ts";

// csurf is no longer maintained, so only this module uses it. form-secret.ts stores its secret.

const sessionKey = "formSecret";
/** Creates a token without checking one; otherwise csurf would create a secret for every visitor of any page. */
const provide = csurf({ sessionKey, ignoreMethods: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] });
/** Checks only a token in the body: someone else could have put one into an address or a header. */
const check = csurf({
  sessionKey,
  ignoreMethods: [],
  value: (req) => (typeof req.body?._csrf === "string" ? req.body._csrf : ""),
});

/** The token for a form on this page. Its secret is then in the browser or its session. */
export function csrfToken(req: Request, res: Response): string {
  provide(req, res, () => undefined);
  req.formSecret?.keep();
  return req.csrfToken();
}

/**
 * Comes after the body parser of every changing route. An expired or missing token is a 403: a page that offers to send
 * the form again if that is safe, otherwise a page that says what to do.
 * @param stale what the route answers instead, if anything
 */
export function checkCsrfToken(stale: RequestHandler = (_req, _res, next) => next()): RequestHandler {
  return (req, res, next) => {
    const refuse: NextFunction = () =>
      canResend(req) ? offerResend(req, res) : next(new FormNotAccepted(words().errors.expiredForm));
    if (req.formSecret?.csrfSecret === undefined) return void stale(req, res, refuse);
    check(req, res, (error?: unknown) => void (error ? stale(req, res, refuse) : next()));
  };
}

/**
 * Only for someone who is logged in and whose browser proves that the form was on one of our pages: `checkOrigin` has
 * already refused every other origin, so any Origin header is proof. Without proof, another site could fill in a form
 * and trick someone into pressing "Send again". Our forms always contain some token; an upload cannot be sent again
 * without its file.
 */
function canResend(req: Request): boolean {
  const isProven = req.get("Origin") !== undefined || req.get("Sec-Fetch-Site") === "same-origin";
  const token = req.body?._csrf;
  return isProven && req.user !== undefined && typeof token === "string" && token !== "" && !!req.is("urlencoded");
}

/** Never shown again, and not input from the person. */
const isSecret = (name: string): boolean => /password/i.test(name);
const isHidden = (name: string): boolean => name.startsWith("_") || ["version", "username", "formId"].includes(name);

/** Turns "firstName" into words. */
const label = (name: string): string =>
  Object.entries(words().labels).find(([known]) => known === name)?.[1] ??
  name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Returns all input except passwords, with a valid token; it is sent only when the person presses the button. */
function offerResend(req: Request, res: Response): void {
  const sent: [string, unknown][] = Object.entries(req.body);
  const fields = sent
    .filter(([name]) => name !== "_csrf" && !isSecret(name))
    .flatMap(([name, value]) => [value].flat().map((text) => ({ name, value: String(text) })));
  render(req, res.status(403), "web/stale", {
    title: words().staleForm.title,
    fields,
    shown: fields.filter(({ name }) => !isHidden(name)).map(({ name, value }) => ({ label: label(name), value })),
    hasPassword: sent.some(([name]) => isSecret(name)),
    values: {},
  });
}

/** Warns about this many addresses, once each, so that strangers cannot fill the log. */
const maxWarnings = 20;

/**
 * Refuses requests that another site made the browser send, before anything is parsed. Text browsers send neither
 * header: for them only the token decides. Without BASE_URL, any name of this machine is accepted; with it, a form from
 * another of our addresses says where to go, and the log says so once.
 */
export function checkOrigin({
  config,
  baseUrlGiven,
  logger,
}: Pick<Deps, "config" | "baseUrlGiven" | "logger">): RequestHandler {
  const warned = new Set<string>();
  const { baseUrl } = config;
  return (req, res, next) => {
    const site = req.get("Sec-Fetch-Site");
    const origin = req.get("Origin");
    const own = baseUrlGiven ? baseUrl : `${req.protocol}://${req.get("Host")}`;
    const isOtherSite = site !== undefined && site !== "same-origin" && site !== "none";
    if (!isOtherSite && (origin === undefined || origin === own)) return next();
    if (!baseUrlGiven) return next(new FormNotAccepted(words().errors.expiredForm));
    if (!isOtherSite && origin !== undefined && !warned.has(origin) && warned.size < maxWarnings) {
      warned.add(origin);
      const { route } = res.locals;
      logger.warn(
        { baseUrl, origin: origin.slice(0, 200), route },
        "a form was refused: it came by another address than BASE_URL",
      );
    }
    // The link back uses that other address too.
    res.locals.hasPage = false;
    next(new FormNotAccepted(words().errors.otherAddress(baseUrl)));
  };
}
