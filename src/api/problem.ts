import type { ErrorRequestHandler, Request, Response } from "express";
import type { Logger } from "pino";
import { explain, HttpError, statusOf } from "../web/errors.ts";

/** Errors of the API are problem documents (RFC 9457). */
export function problem(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req: Request, res: Response, next) => {
    const status = statusOf(error);
    if (status >= 500) logger.error({ err: error, request: res.locals.requestId }, "request failed");
    if (res.headersSent) return next(error);
    const known = error instanceof HttpError ? error : undefined;
    if (known) res.set(known.headers);
    const { heading } = explain(status);
    res.status(status).type("application/problem+json");
    res.send(
      JSON.stringify({ type: "about:blank", title: heading, status, ...(known?.message && { detail: known.message }) }),
    );
  };
}
