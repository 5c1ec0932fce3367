import type { ErrorRequestHandler, Request, Response } from "express";
import type { Logger } from "pino";
import { Conflict, ForPeopleOnly, ValidationError } from "../roles/errors.ts";
import { HttpError, headersOf, httpErrorOf, logFailure, statusOf } from "../web/errors.ts";
import { sendText } from "../web/send.ts";

/** All problems: their stable name, status, title, and what to do about it (RFC 9457). docs/api.md lists the same. */
export const problems = {
  unauthorized: {
    status: 401,
    title: "A valid API key is needed",
    meaning:
      "Send a key in the header X-API-Key or Authorization: Bearer. Unknown, malformed, expired and revoked keys and keys of inactive users get this same answer.",
  },
  "pro-needed": {
    status: 403,
    title: "The API is a Pro feature",
    meaning: "The organization is on the free plan. Its keys are kept, and work again on Pro.",
  },
  "new-password-needed": {
    status: 403,
    title: "The key's owner must choose a new password",
    meaning: "An Admin asked for it. The key works again once the owner has logged in and chosen one.",
  },
  "read-only-key": {
    status: 403,
    title: "This key can only read",
    meaning: "Generate a key with the scope Read and write.",
  },
  forbidden: {
    status: 403,
    title: "The key's owner may not do this",
    meaning: "A key acts as its owner and never as more: the owner's role lacks the permission.",
  },
  "for-people-only": {
    status: 403,
    title: "Only a person may do this",
    meaning:
      "Making somebody Admin, activating an Admin, changing an Admin's email address and setting another's password are done by an Admin on the pages, never by a key.",
  },
  "not-found": {
    status: 404,
    title: "Not found",
    meaning: "There is no such address, or no such thing in the key's organization.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    meaning: "The header Allow lists the methods of this address.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "Unsupported media type",
    meaning: "Send JSON as application/json; a photo as image/jpeg, image/png, image/webp, image/gif or image/avif.",
  },
  "content-too-large": { status: 413, title: "Content too large", meaning: "At most 64 KB of JSON, 5 MB for a photo." },
  "malformed-request": {
    status: 400,
    title: "Malformed request",
    meaning: "The body is not JSON, is not in UTF-8 or did not arrive whole, or the address cannot be decoded.",
  },
  "precondition-required": {
    status: 428,
    title: "If-Match is needed",
    meaning: "Send the user's ETag in If-Match, so that nobody's change in between is overwritten.",
  },
  "precondition-failed": {
    status: 412,
    title: "If-Match does not match",
    meaning: "The user was changed since that ETag was read. Read the user again, then decide.",
  },
  "idempotency-conflict": {
    status: 409,
    title: "Idempotency-Key already used",
    meaning: "The same Idempotency-Key came with another request, or its first request is still under way.",
  },
  invalid: {
    status: 422,
    title: "Some values cannot be taken",
    meaning: "`errors` lists every fault with a JSON pointer to it (for a query, to the parameter) and what to do.",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many requests",
    meaning: "Wait as many seconds as Retry-After says. RateLimit and RateLimit-Policy tell how many are left.",
  },
  "internal-error": {
    status: 500,
    title: "Something went wrong",
    meaning: "It is our fault. Nothing was changed. `requestId` finds it in the log.",
  },
  unavailable: { status: 503, title: "Roster is busy", meaning: "Wait as many seconds as Retry-After says." },
  "insufficient-storage": {
    status: 507,
    title: "Nothing can be saved at the moment",
    meaning: "The disk is full or failing. Nothing was changed, and reading goes on. `requestId` finds it in the log.",
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemName = keyof typeof problems;
export const problemNames = Object.keys(problems) as ProblemName[];

/** One error in the input: a JSON pointer as a URI fragment (RFC 6901, 6), and what to do about it. */
export type Fault = { pointer: string; detail: string };

/** An error response of the API. */
export class Problem extends HttpError {
  readonly problem: ProblemName;
  readonly errors: Fault[] | undefined;
  constructor(
    problem: ProblemName,
    { detail = "", headers = {}, errors }: { detail?: string; headers?: Record<string, string>; errors?: Fault[] } = {},
  ) {
    super(problems[problem].status, detail, headers);
    this.problem = problem;
    this.errors = errors;
  }
}

/** The address in `type`: the section of /api/docs that explains it. */
export const problemType = (name: ProblemName): string => `/api/docs#${name}`;

/** Returns every error of the API as a problem document; a bug is logged with the ID that the document shows. */
export function problemDocument(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req: Request, res: Response, next) => {
    const found = asProblem(error);
    const { status, title } = problems[found.problem];
    logFailure(logger, error, res);
    if (res.headersSent) return next(error);
    const detail = found.message || problems[found.problem].meaning;
    const requestId: unknown = status >= 500 ? res.locals.requestId : undefined;
    const document = { type: problemType(found.problem), title, status, detail, errors: found.errors, requestId };
    sendText(
      res.set(found.headers).status(status),
      "application/problem+json; charset=utf-8",
      JSON.stringify(document),
    );
  };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ForPeopleOnly) return new Problem("for-people-only", { detail: error.message });
  if (error instanceof ValidationError) {
    const errors = Object.entries(error.errors).map(([field, detail]) => ({
      pointer: field === "form" ? "#" : `#/${field}`,
      detail,
    }));
    return new Problem("invalid", { errors });
  }
  if (error instanceof Conflict) return new Problem("precondition-failed");
  const status = statusOf(error);
  const name =
    problemNames.find((known) => problems[known].status === status) ??
    (status < 500 ? "malformed-request" : "internal-error");
  return new Problem(name, { detail: httpErrorOf(error)?.message ?? "", headers: headersOf(error) });
}
