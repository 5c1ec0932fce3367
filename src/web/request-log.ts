import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";

/** One line for each request, with the route's pattern rather than the address: addresses hold names, ids and tokens. */
export function requestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    res.locals.requestId = randomUUID();
    // Ours alone, never one that came with the request: it finds one line of the log, and carries nothing into it.
    res.set("X-Request-Id", String(res.locals.requestId));
    res.once("close", () => {
      logger.info({
        request: res.locals.requestId,
        method: req.method,
        route: res.locals.route,
        status: res.writableFinished ? res.statusCode : 0,
        ms: Math.round((performance.now() - began) * 10) / 10,
        user: req.user?.id ?? req.key?.owner.id,
      });
    });
    next();
  };
}
