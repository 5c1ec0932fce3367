import type { Request, RequestHandler, Response } from "express";
import type { CurrentUser } from "../roles/people.ts";
import { isTimeZone } from "../words/times.ts";
import { chooseLanguage, type Locale, type Words, withLocale, wordsIn } from "../words/words.ts";
import { applicationParameter } from "./safe-path.ts";

/** Browsers send at most a few hundred characters; anything longer counts as no preference. */
const maxHeaderLength = 1_000;

const accepting = (req: Request) => (languages: string[]) =>
  (req.get("Accept-Language")?.length ?? 0) <= maxHeaderLength && req.acceptsLanguages(languages);

/** Which languages an application asks for (OpenID Connect Core, 3.1.2.1). */
const requestedByApplication = (req: Request): string[] =>
  applicationParameter(req, "ui_locales")
    .split(" ")
    .map((tag) => tag.toLowerCase().split("-")[0] ?? "");

/** The words for a browser while Roster starts: such a request has no query yet. */
export const wordsForBrowser = (req: Request): Words =>
  wordsIn(chooseLanguage({ person: null, organization: null, accepts: accepting(req) }));

/** The words for this request's response. */
export const wordsFor = (req: Request, res: Response): Words => localeOf(req, res).words;

function localeOf(req: Request, res: Response): Locale {
  const known: (Locale & { user: Request["user"] }) | undefined = res.locals.locale;
  // Chosen again once we know who is asking.
  if (known && known.user === req.user) return known;
  const { own = null, organization = null } = req.user?.languages ?? {};
  // Read once from the header, although the language is chosen twice.
  const accepts = (languages: string[]) =>
    (res.locals.accepted ??=
      requestedByApplication(req).find((language) => languages.includes(language)) ?? accepting(req)(languages));
  const words = wordsIn(chooseLanguage({ person: own, organization, accepts }));
  // A stored time zone that Node.js no longer knows counts as none.
  const timeZone = req.user && isTimeZone(req.user.timeZone) ? req.user.timeZone : "UTC";
  const locale = { user: req.user, words, timeZone };
  res.locals.locale = locale;
  return locale;
}

/**
 * Runs the handler with `words()` in the request's language and `timeZone()` its organization's. A body parser loses it, so wrap the handlers that follow
 * again.
 */
export const inLanguage =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    withLocale(localeOf(req, res), () => handler(req, res, next));

/** Switches the request's words: the choice was just saved, and its notice is in the new language. */
export function switchLanguage(req: Request, res: Response, chosen: Partial<CurrentUser["languages"]>): Words {
  if (req.user) req.user = { ...req.user, languages: { ...req.user.languages, ...chosen } };
  return wordsFor(req, res);
}
