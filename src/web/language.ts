import type { Request, RequestHandler, Response } from "express";
import type { CurrentUser } from "../roles/people.ts";
import { chooseLanguage, speaking, type Words, wordsIn } from "../words/words.ts";

/** Browsers send at most a few hundred characters; anything longer counts as no preference. */
const maxWish = 1_000;

const accepting = (req: Request) => (languages: string[]) =>
  (req.get("Accept-Language")?.length ?? 0) <= maxWish && req.acceptsLanguages(languages);

/** The words for a browser before anyone is known. */
export const wordsForBrowser = (req: Request): Words =>
  wordsIn(chooseLanguage({ person: null, organization: null, accepts: accepting(req) }));

/** The words for this request's response. */
export function wordsFor(req: Request, res: Response): Words {
  const known: { user: Request["user"]; words: Words } | undefined = res.locals.spoken;
  // Chosen again once we know who is asking.
  if (known && known.user === req.user) return known.words;
  const { own = null, organization = null } = req.user?.languages ?? {};
  const words = wordsIn(chooseLanguage({ person: own, organization, accepts: accepting(req) }));
  res.locals.spoken = { user: req.user, words };
  return words;
}

/**
 * Runs the handler with `words()` in the request's language. A body parser loses it, so wrap the handlers that follow
 * again.
 */
export const inLanguage =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    speaking(wordsFor(req, res), () => handler(req, res, next));

/** Switches the request's words: the choice was just saved, and its notice is in the new language. */
export function wordsAfter(req: Request, res: Response, chosen: Partial<CurrentUser["languages"]>): Words {
  if (req.user) req.user = { ...req.user, languages: { ...req.user.languages, ...chosen } };
  return wordsFor(req, res);
}
