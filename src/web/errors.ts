import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import {
  AccessDenied,
  Busy,
  ForPeopleOnly,
  NotFound,
  RequestAborted,
  TooLarge,
  TooManyAttempts,
  ValidationError,
} from "../roles/errors.ts";
import { type Words, words } from "../words/words.ts";
import { wordsFor } from "./language.ts";
import { render } from "./render.ts";

/** The request is wrong: answered by one error page with the status, or problem+json under /api. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Replaces the default text for the status. */
  readonly heading: string | undefined = undefined;
  constructor(status: number, detail = "", headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** A one-time link that was used, has expired, or was replaced (404). */
export class InvalidLink extends HttpError {
  override readonly heading = words().errors.invalidLink;
  constructor(detail: string) {
    super(404, detail);
  }
}

/** A form that may not be ours, or comes too late (403). */
export class FormNotAccepted extends HttpError {
  override readonly heading = words().errors.formNotAccepted;
  constructor(detail: string) {
    super(403, detail);
  }
}

/** The text for a status; for those without their own, the closest that has one. */
function explain(status: number, { errors }: Words): { heading: string; advice: string } {
  return isExplained(status, errors) ? errors[status] : errors[status < 500 ? 400 : 500];
}

const isExplained = (status: number, errors: Words["errors"]): status is Extract<keyof Words["errors"], number> =>
  status in errors;

/** Errors of SQLite and the system for a disk that is full, failing or read-only, and of PostgreSQL for a full one. */
const diskFaults = /^(?:SQLITE_(?:FULL|IOERR|READONLY)|ENOSPC$|EDQUOT$|EROFS$|EIO$|53100$)/;

function isDiskFault(error: unknown): boolean {
  return Error.isError(error) && "code" in error && diskFaults.test(String(error.code));
}

/** Errors of PostgreSQL and the system for a database that is down, starting, or out of connections or turns. */
const databaseErrorCodes =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|EPIPE|08\w{3}|57P0\d|57014|53300|55P03)$/;
// Knex puts the query before the driver's message.
const databaseUnavailable =
  /(?:^| - )(?:Knex: Timeout acquiring|Connection terminated|Client has encountered a connection error|timeout e)/;

function isDatabaseAway(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  return databaseUnavailable.test(error.message) || ("code" in error && databaseErrorCodes.test(String(error.code)));
}

/** A refusal as an HTTP error, ours or the domain's; undefined for every other error. */
export function httpErrorOf(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (error instanceof NotFound) return new HttpError(404, error.message);
  if (error instanceof AccessDenied || error instanceof ForPeopleOnly) return new HttpError(403, error.message);
  if (error instanceof RequestAborted) return new HttpError(408);
  // Forms show it next to the field; this is for buttons without fields.
  if (error instanceof ValidationError) return new HttpError(422, error.message);
  if (error instanceof TooLarge) return new HttpError(413, error.message);
  const status = error instanceof TooManyAttempts ? 429 : 503;
  return error instanceof TooManyAttempts || error instanceof Busy
    ? new HttpError(status, error.message, { "Retry-After": String(error.seconds) })
    : undefined;
}

/** What a response contains for an error in addition to its status. */
export function headersOf(error: unknown): Record<string, string> {
  const known = httpErrorOf(error);
  if (known) return known.headers;
  return isDatabaseAway(error) ? { "Retry-After": "5" } : {};
}

/** The status of an error: ours, Express's and its parsers' have one; anything else is a bug. */
export function statusOf(error: unknown): number {
  if (isDiskFault(error)) return 507;
  if (isDatabaseAway(error)) return 503;
  const known = httpErrorOf(error) ?? error;
  const status = known instanceof Error && "status" in known ? known.status : 500;
  return typeof status === "number" && status >= 400 && status <= 599 ? status : 500;
}

/** Errors that are not the person's fault get one line in the log, with the ID that the response shows. */
export function logFailure(logger: Logger, error: unknown, res: Response): void {
  const status = statusOf(error);
  const what = status === 507 ? "nothing can be saved: the disk is full or failing" : "request failed";
  if (status >= 500) logger.error({ err: error, request: res.locals.requestId }, what);
}

export const notFound: RequestHandler = () => {
  throw new HttpError(404);
};

/** One page for every error. A bug is logged with an ID; the page shows only that ID. */
export function errorPage(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req: Request, res: Response, next) => {
    const status = statusOf(error);
    logFailure(logger, error, res);
    if (res.headersSent) return next(error);
    const known = httpErrorOf(error);
    res.set(headersOf(error)).status(status);
    const explanation = explain(status, wordsFor(req, res));
    const heading = known?.heading ?? explanation.heading;
    render(req, res, "web/errors", {
      title: heading,
      heading,
      advice: known?.message || explanation.advice,
      again: req.method === "POST" && res.locals.hasPage ? req.originalUrl : undefined,
      requestId: status >= 500 ? String(res.locals.requestId) : undefined,
    });
  };
}
