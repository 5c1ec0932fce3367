import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";

type Answered = { method: string; route: string | undefined; status: number; ms: number };

/**
 * One line per request, with the route's pattern instead of the address: addresses contain names, IDs and tokens.
 * @param count called for each request too
 */
export function requestLog(logger: Logger, count: (answered: Answered) => void): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    const request = randomUUID();
    res.locals.requestId = request;
    // Always our own, never one from the request: it finds one line of the log and contains nothing else.
    res.setHeader("X-Request-Id", request);
    res.once("close", () => {
      const answered = {
        method: req.method,
        route: res.locals.route,
        status: res.writableFinished ? res.statusCode : 0,
        ms: Math.round((performance.now() - began) * 10) / 10,
      };
      const owner = req.caller && "owner" in req.caller ? req.caller.owner : undefined;
      logger.info({ request, ...answered, user: req.user?.id ?? owner?.id });
      count(answered);
    });
    next();
  };
}
