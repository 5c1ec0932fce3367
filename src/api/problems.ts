import type { ErrorRequestHandler, Request, Response } from "express";
import type { Logger } from "pino";
import { Conflict, ForPeopleOnly, ValidationError } from "../roles/errors.ts";
import { HttpError, headersOf, httpErrorOf, logFailure, statusOf } from "../web/errors.ts";
import { sendText } from "../web/send.ts";

/** All problems: their stable name, status, title, and what to do about it (RFC 9457). docs/api.md lists the same. */
export const problems = {
  unauthorized: {
    status: 401,
    title: "A valid API key is required",
    meaning:
      "Send a key in the header X-API-Key or Authorization: Bearer. Unknown, malformed, expired and revoked keys and keys of inactive users all get this response.",
  },
  "pro-needed": {
    status: 403,
    title: "The API is a Pro feature",
    meaning: "The organization is on the free plan. Its keys are paused, and work again on Pro.",
  },
  "new-password-needed": {
    status: 403,
    title: "The key's owner must choose a new password",
    meaning: "An Admin requires it. The key works again once the owner has logged in and chosen one.",
  },
  "read-only-key": {
    status: 403,
    title: "This key can only read",
    meaning: "Generate a key with the scope Read and write.",
  },
  forbidden: {
    status: 403,
    title: "The key's owner does not have permission",
    meaning: "A key can do what its owner can, and no more. The owner's role does not allow this.",
  },
  "for-people-only": {
    status: 403,
    title: "Only a person can do this",
    meaning:
      "A key cannot make someone an Admin, activate an Admin, change an Admin's email address or set another user's password. An Admin does that on the pages.",
  },
  "not-found": {
    status: 404,
    title: "Not found",
    meaning: "The address does not exist, or the key's organization has no such item.",
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    meaning: "The header Allow lists the methods that this address accepts.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "Unsupported media type",
    meaning: "Send JSON as application/json, a photo as image/jpeg, image/png, image/webp, image/gif or image/avif.",
  },
  "content-too-large": {
    status: 413,
    title: "Content too large",
    meaning: "JSON can have at most 64 KB, a photo 5 MB.",
  },
  "malformed-request": {
    status: 400,
    title: "Malformed request",
    meaning: "The body is not JSON, is not UTF-8 or is incomplete, or the address cannot be decoded.",
  },
  "precondition-required": {
    status: 428,
    title: "If-Match is required",
    meaning: "Send the user's ETag in If-Match, so that you do not overwrite someone else's change.",
  },
  "precondition-failed": {
    status: 412,
    title: "If-Match does not match",
    meaning: "Someone changed the user after you got this ETag. Read the user again, then decide.",
  },
  "idempotency-conflict": {
    status: 409,
    title: "Idempotency-Key already used",
    meaning: "You used this Idempotency-Key for another request, or its first request is still under way.",
  },
  invalid: {
    status: 422,
    title: "Some values are not valid",
    meaning:
      "`errors` lists all errors, each with a JSON pointer to the member or the query parameter, and what to do.",
  },
  "too-many-requests": {
    status: 429,
    title: "Too many requests",
    meaning:
      "Wait for the number of seconds in Retry-After. RateLimit says how many requests are left, RateLimit-Policy what the limit is.",
  },
  "internal-error": {
    status: 500,
    title: "Something went wrong",
    meaning: "This is a bug in Roster. Nothing was changed. The operator can find `requestId` in the log.",
  },
  unavailable: { status: 503, title: "Roster is busy", meaning: "Wait for the number of seconds in Retry-After." },
  "insufficient-storage": {
    status: 507,
    title: "Nothing can be saved right now",
    meaning:
      "The disk is full or failing. Nothing was changed; reading still works. The operator can find `requestId` in the log.",
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
