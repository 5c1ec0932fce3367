import csurf from "csurf";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { words } from "../words/words.ts";
import { FormNotAccepted } from "./errors.ts";
import { render } from "./render.ts";

// csurf is no longer maintained, so this module is the only one that knows it. Its secret is where form-secret.ts says.

const sessionKey = "formSecret";
/** Makes a token without checking one; csurf would otherwise make a secret for every visitor of any page. */
const provide = csurf({ sessionKey, ignoreMethods: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] });
/** Checks the token of the body alone: one in an address or a header could be put there by somebody else. */
const check = csurf({
  sessionKey,
  ignoreMethods: [],
  value: (req) => (typeof req.body?._csrf === "string" ? req.body._csrf : ""),
});

/** The token for a form on this page, whose secret the browser or its session then has. */
export function csrfToken(req: Request, res: Response): string {
  provide(req, res, () => undefined);
  req.formSecret?.keep();
  return req.csrfToken();
}

/**
 * Stands after the body parser of every changing route. A stale or missing token is a 403: a page that offers to send
 * the form again where that is safe, else one that says how to go on.
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
 * Only for somebody signed in whose browser proves that the form was one of our own pages: `checkOrigin` has refused
 * every other origin before, so it is enough that the browser sent one. Without a proof a press on "Send again" could
 * be lured out of somebody for a form that another site has filled in. A form of ours always carries some token; an
 * upload cannot be sent again without its file.
 */
function canResend(req: Request): boolean {
  const isProven = req.get("Origin") !== undefined || req.get("Sec-Fetch-Site") === "same-origin";
  const token = req.body?._csrf;
  return isProven && req.user !== undefined && typeof token === "string" && token !== "" && !!req.is("urlencoded");
}

/** Never shown again once typed, and nothing that the person has typed. */
const isSecret = (name: string): boolean => /password/i.test(name);
const isHidden = (name: string): boolean => name.startsWith("_") || ["version", "username"].includes(name);

/** "firstName" as a person reads it. */
const label = (name: string): string =>
  Object.entries(words().labels).find(([known]) => known === name)?.[1] ??
  name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Everything typed comes back, passwords aside, with a token that is good; sending it takes a press. */
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

/** So many addresses are told of, each once: no stranger fills the log. */
const maxWarnings = 20;

/**
 * Refuses what another site made a browser send, before anything is parsed. Text browsers send neither header: for
 * them the token decides alone. Without BASE_URL any name is good that this machine was asked by; with it, a form that
 * came by another address of ours says where to go, and the log says so once.
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
    // The way back is by that other address too.
    res.locals.hasPage = false;
    next(new FormNotAccepted(words().errors.otherAddress(baseUrl)));
  };
}
