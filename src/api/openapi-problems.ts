import { type ProblemName, problemNames, problems, problemType } from "./problems.ts";
import type { ApiRoute } from "./table.ts";

export type Json = Record<string, unknown>;

export const reference = (id: string): Json => ({ $ref: `#/components/schemas/${id}` });
const shared = (name: ProblemName): Json => ({ $ref: `#/components/responses/${name}` });

/** The problems that an operation can return, by status. */
export function refusals({ method, path, access, operation }: ApiRoute): Json {
  const hasParameters = path.includes(":");
  const possible: [ProblemName, boolean][] = [
    ["unauthorized", true],
    ["pro-needed", true],
    ["new-password-needed", true],
    ["read-only-key", method !== "get"],
    ["forbidden", access !== "user" || path === "/permissions/check"],
    ["for-people-only", operation.body !== undefined || path.endsWith("/activate")],
    ["not-found", hasParameters],
    ["idempotency-conflict", method === "post"],
    ["unsupported-media-type", operation.body !== undefined || operation.file !== undefined],
    ["content-too-large", operation.body !== undefined || operation.file !== undefined],
    ["malformed-request", operation.body !== undefined || operation.file !== undefined],
    ["precondition-failed", operation.needsIfMatch],
    ["precondition-required", operation.needsIfMatch],
    ["invalid", true],
    ["too-many-requests", true],
    ["internal-error", true],
    ["unavailable", true],
    ["insufficient-storage", method !== "get"],
  ];
  const byStatus = Map.groupBy(
    possible.filter(([, isPossible]) => isPossible),
    ([name]) => problems[name].status,
  );
  return Object.fromEntries(
    [...byStatus].map(([status, found]) => {
      const names = found.map(([name]) => name);
      return [status, names.length === 1 && names[0] ? shared(names[0]) : refusal(names)];
    }),
  );
}

/** The responses that these paths' operations share: each is one problem. */
export function sharedRefusals(paths: Json): Json {
  const text = JSON.stringify(paths);
  const names = problemNames.filter((name) => text.includes(JSON.stringify(shared(name))));
  return Object.fromEntries(names.map((name) => [name, refusal([name])]));
}

const text = { schema: { type: "string" } };
const seconds = { "Retry-After": { description: "Seconds", schema: { type: "integer" } } };
const headers: Partial<Record<ProblemName, Json>> = {
  unauthorized: { "WWW-Authenticate": text },
  "method-not-allowed": { Allow: text },
  "unsupported-media-type": { Accept: text },
  "too-many-requests": { ...seconds, RateLimit: text, "RateLimit-Policy": text },
  unavailable: seconds,
};

function refusal(names: ProblemName[]): Json {
  return {
    description: names.map((name) => `${problems[name].title}.`).join(" Or: "),
    headers: Object.assign({}, ...names.map((name) => headers[name])),
    content: {
      "application/problem+json": {
        schema: reference("Problem"),
        examples: Object.fromEntries(names.map((name) => [name, { value: exampleProblem(name) }])),
      },
    },
  };
}

function exampleProblem(name: ProblemName): Json {
  const { title, status, meaning } = problems[name];
  return {
    type: problemType(name),
    title,
    status,
    detail: meaning,
    ...(name === "invalid" && { errors: [{ pointer: "#/email", detail: "Enter an email address" }] }),
    ...(status >= 500 && { requestId: "0f8fad5b-d9cb-469f-a165-70867728950e" }),
  };
}

export const problemSchema: Json = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string", format: "uri-reference", enum: problemNames.map(problemType) },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    requestId: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "detail"],
        properties: {
          pointer: { type: "string", description: "A JSON pointer as a URI fragment" },
          detail: { type: "string" },
        },
      },
    },
  },
};
