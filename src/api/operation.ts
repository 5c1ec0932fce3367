import type { Request, Response } from "express";
import type { Knex } from "knex";
import { z } from "zod";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import type { FieldErrors } from "../roles/errors.ts";
import type { Caller } from "./authenticate.ts";
import { Problem } from "./problems.ts";

/** A request with a key. */
export type Call = {
  deps: Deps;
  caller: Caller;
  actor: Actor;
  req: Request;
  res: Response;
  /** Saves the response for a repeated request (idempotency.ts), in the transaction of the change. */
  saveResponse?: SaveResponse | undefined;
};

export type SaveResponse = (trx: Knex.Transaction, response: ApiResponse) => Promise<void>;

/** The response; a body is JSON. */
export type ApiResponse = { status: number; body?: unknown; headers?: Record<string, string> };

type Documented = { description: string; schema?: z.ZodType; example?: unknown; headers?: string[] };

type Parts<Query extends z.ZodObject, Body extends z.ZodObject, Subject> = {
  summary: string;
  description?: string;
  query?: Query;
  body?: Body;
  /** An example of the body. */
  example?: unknown;
  /** The body is a file of one of these types instead of JSON. */
  file?: { types: string[]; maxBytes: number };
  /** Successful responses, by status. */
  responses: Record<number, Documented>;
  /** Finds what the address names. @throws Problem not-found */
  find?: (call: Call) => Promise<Subject>;
  /** What a body cannot ask for, whatever other errors it has. @throws Problem */
  forbid?: (body: Record<string, unknown>, subject: Subject) => void;
  /** The ETag that If-Match must have, if a change needs one. */
  etag?: (subject: Subject) => string;
  /**
   * Errors that the schemas cannot find, by member; reported together with theirs. It gets the members without errors,
   * as sent.
   */
  validate?: (call: Call, sound: Record<string, unknown>, subject: Subject) => Promise<FieldErrors>;
  handle: (
    call: Call & { query: z.output<Query>; body: z.output<Body>; file: Buffer; subject: Subject },
  ) => Promise<ApiResponse>;
};

type Received = { body: unknown; file: Buffer };

/** One operation of the API: its documentation, and its steps in the order in which errors are returned. */
export type Operation = Omit<
  Parts<z.ZodObject, z.ZodObject, unknown>,
  "find" | "forbid" | "etag" | "validate" | "handle"
> & {
  needsIfMatch: boolean;
  find: (call: Call) => Promise<unknown>;
  /** @throws Problem for-people-only, precondition-required, precondition-failed or invalid, in this order */
  run: (call: Call, subject: unknown, received: Received) => Promise<ApiResponse>;
};

/** The format of an Idempotency-Key; anything else is an error like those of the body. */
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;

const empty = z.object({});
const maxErrors = 100;

export function operation<
  Query extends z.ZodObject = typeof empty,
  Body extends z.ZodObject = typeof empty,
  Subject = undefined,
>(parts: Parts<Query, Body, Subject>): Operation {
  const { find, forbid, etag, validate, handle, ...documented } = parts;
  const schemas = { query: (parts.query ?? empty).strict(), body: (parts.body ?? empty).strict() };
  return {
    ...documented,
    needsIfMatch: etag !== undefined,
    find: async (call) => find?.(call),
    run: async (call, found, { body, file }) => {
      const subject = found as Subject;
      if (isRecord(body)) forbid?.(body, subject);
      if (etag) requireMatch(call.req.get("If-Match"), etag(subject));
      const sent = body === undefined ? {} : body;
      const faults = new Map<string, string>();
      /** The first error of each member, and no more than anyone reads. */
      const add: AddFault = (path, detail) => {
        if (faults.size < maxErrors && !faults.has(pointer(path))) faults.set(pointer(path), detail);
      };
      const requestName = call.req.method === "POST" ? call.req.get("Idempotency-Key") : undefined;
      if (requestName !== undefined && !idempotencyKeyPattern.test(requestName))
        add([], "Idempotency-Key must be 1 to 255 visible ASCII characters");
      for (const [name, value] of Object.entries(call.req.query))
        if (Array.isArray(value)) add([name], "Use this parameter only once");
      const query = parse(schemas.query, { ...call.req.query }, add);
      const input = parse(schemas.body, sent, add);
      const validationErrors = isRecord(sent)
        ? await validate?.(call, validMembers(schemas.body, sent), subject)
        : undefined;
      for (const [name, detail] of Object.entries(validationErrors ?? {})) add([name], detail);
      if (faults.size > 0)
        throw new Problem("invalid", { errors: [...faults].map(([pointer, detail]) => ({ pointer, detail })) });
      return handle({ ...call, query: query as z.output<Query>, body: input as z.output<Body>, file, subject });
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** RFC 9110, 13.1.1. The part of our ETags after the "-" marks log-ins, not changes (users.ts). */
function requireMatch(header: string | undefined, etag: string): void {
  if (header === undefined) throw new Problem("precondition-required");
  const version = (text: string): string | undefined => /^"(\d+)/.exec(text.trim())?.[1];
  if (header.trim() === "*") return;
  const tags = header.split(",");
  if (tags.some((text) => version(text) === version(etag))) return;
  if (tags.some(version)) throw new Problem("precondition-failed");
  const detail = tags.some((text) => text.trim().startsWith("W/"))
    ? 'A weak ETag (W/"…") never matches. Send the strong one. If a proxy that compresses made it weak, turn that off for /api/.'
    : "That is not a user's ETag. Send the one that Roster returned, including the quotes.";
  throw new Problem("precondition-failed", { detail });
}

type AddFault = (path: readonly PropertyKey[], detail: string) => void;

/** Reports every error of a strict schema, unknown members by name. */
function parse(schema: z.ZodObject, value: unknown, add: AddFault): unknown {
  if (!isRecord(value)) return add([], "Send a JSON object");
  const parsed = schema.safeParse(value);
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) add([key], "Unknown member. Leave it out");
    } else {
      add(issue.path, issue.message);
    }
  }
  return parsed.data;
}

/** Members that match their own schemas: text that is too long for one goes no further. */
function validMembers(schema: z.ZodObject, sent: Record<string, unknown>): Record<string, unknown> {
  const isSound = ([name, value]: [string, unknown]): boolean =>
    Object.hasOwn(schema.shape, name) && schema.shape[name]?.safeParse(value).success === true;
  return Object.fromEntries(Object.entries(sent).filter(isSound));
}

function pointer(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")));
  return `#${parts.map((part) => `/${part}`).join("")}`;
}
