import type { Request, RequestHandler, Response } from "express";
import { chooseLanguage, speaking, type Words, wordsIn } from "../words/words.ts";

/** Browsers send some hundred characters at most; what is longer wishes for nothing. */
const maxWish = 1_000;

const accepting = (req: Request) => (languages: string[]) =>
  (req.get("Accept-Language")?.length ?? 0) <= maxWish && req.acceptsLanguages(languages);

/** The words that this request is answered in. */
export function wordsFor(req: Request, res: Response): Words {
  const known: { user: Request["user"]; words: Words } | undefined = res.locals.spoken;
  // Chosen anew once it is known who asks.
  if (known && known.user === req.user) return known.words;
  const { own = null, organization = null } = req.user?.languages ?? {};
  const words = wordsIn(chooseLanguage({ person: own, organization, accepts: accepting(req) }));
  res.locals.spoken = { user: req.user, words };
  return words;
}

/** Runs the handler with `words()` being those of the request. A body parser loses them: what stands behind is wrapped again. */
export const inLanguage =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) =>
    speaking(wordsFor(req, res), () => handler(req, res, next));
