import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { problemNames, problems } from "../../src/api/problems.ts";
import { generateKeyValue } from "../../src/api-keys/key.ts";
import { updateOrganization } from "../../src/organization/queries.ts";
import { type ApiProblem, keyOf } from "../support/api-client.ts";
import { fillDisk } from "../support/full-disk.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
let write: string;
let read: string;
let member: string;
const met = new Set<string>();

beforeAll(async () => {
  roster = await startRoster();
  write = await keyOf(roster, roster.people.ada, { name: "Write" });
  read = await keyOf(roster, roster.people.ada, { name: "Read", scope: "read" });
  member = await keyOf(roster, roster.people.mia);
});
afterAll(() => roster.close());

type Asked = {
  method?: string;
  key?: string | undefined;
  type?: string;
  body?: string;
  headers?: Record<string, string>;
};

/** Sends any request. @returns the status, the problem's name and document, and the headers */
async function ask(path: string, { method = "GET", key, type, body, headers = {} }: Asked = {}) {
  const response = await fetch(`${roster.url}/api/v1${path}`, {
    method,
    headers: { ...(key && { "X-API-Key": key }), ...(type && { "Content-Type": type }), ...headers },
    ...(body !== undefined && { body }),
  });
  expect(response.headers.get("Content-Type")).toMatch(/^application\/problem\+json\b/);
  const problem = (await response.json()) as ApiProblem;
  const name = problem.type.replace("/api/docs#", "");
  met.add(name);
  expect(problem.status).toBe(response.status);
  expect(problem).toMatchObject({ title: expect.any(String), detail: expect.stringMatching(/./) });
  return { status: response.status, name, problem, headers: response.headers };
}

const json = "application/json";
const large = " ".repeat(64 * 1024 + 1);

describe("the API answers with the first problem in the order 401, 403, 404, 405, 415, 413, 400, 428, 412, 422:", () => {
  const zoe = () => `/users/${roster.people.mia.id}`;
  const gone = "/users/999999";
  const match = { "If-Match": '"0-0"' };
  test.each<[number, string, () => [string, Asked]]>([
    [401, "unauthorized", () => ["/nowhere?x=1", { method: "PATCH", type: "text/plain", body: large }]],
    [401, "unauthorized", () => ["/users", { method: "DELETE" }]],
    [403, "read-only-key", () => [gone, { method: "PATCH", key: read, type: "text/plain", body: "{" }]],
    [403, "forbidden", () => [gone, { method: "PATCH", key: member, type: "text/plain", body: "{" }]],
    [403, "forbidden", () => [gone, { method: "PUT", key: member }]],
    [404, "not-found", () => ["/nowhere", { method: "POST", key: write, type: "text/plain", body: large }]],
    [404, "not-found", () => [gone, { method: "PUT", key: write, type: "text/plain", body: large }]],
    [404, "not-found", () => [`${gone}?x=1`, { method: "PATCH", key: write, type: "text/plain", body: large }]],
    [405, "method-not-allowed", () => [zoe(), { method: "PUT", key: write, type: "text/plain", body: large }]],
    [415, "unsupported-media-type", () => [zoe(), { method: "PATCH", key: write, type: "text/plain", body: large }]],
    [413, "content-too-large", () => [zoe(), { method: "PATCH", key: write, type: json, body: `{${large}` }]],
    [400, "malformed-request", () => [`${zoe()}?x=1`, { method: "PATCH", key: write, type: json, body: "{" }]],
    [
      403,
      "for-people-only",
      () => [zoe(), { method: "PATCH", key: write, type: json, body: '{"role":"admin","x":1}' }],
    ],
    [
      428,
      "precondition-required",
      () => [`${zoe()}?x=1`, { method: "PATCH", key: write, type: json, body: '{"x":1}' }],
    ],
    [
      412,
      "precondition-failed",
      () => [zoe(), { method: "PATCH", key: write, type: json, body: '{"x":1}', headers: match }],
    ],
    [
      422,
      "invalid",
      () => [
        `${zoe()}?x=1`,
        { method: "PATCH", key: write, type: json, body: '{"x":1}', headers: { "If-Match": "*" } },
      ],
    ],
  ])("%i %s", async (status, name, asked) => {
    expect(await ask(...asked())).toMatchObject({ status, name });
  });
});

describe("the API answers 401", () => {
  test("with the same problem whatever is wrong with the key", async () => {
    const expired = await keyOf(roster, roster.people.ada, { name: "Expired" });
    await roster.db("api_keys").where({ name: "Expired" }).update({ expires_at: new Date().toISOString() });
    const revoked = await keyOf(roster, roster.people.ada, { name: "Revoked" });
    await roster.db("api_keys").where({ name: "Revoked" }).update({ revoked_at: new Date().toISOString() });
    const inactive = await keyOf(roster, roster.people.ian);
    const mistyped = write.slice(0, -1) + (write.endsWith("0") ? "1" : "0");
    const kinds = [
      undefined,
      expired,
      revoked,
      inactive,
      mistyped,
      generateKeyValue(),
      "roster_",
      "x".repeat(5_000),
      "é",
    ];
    const answers = await Promise.all(kinds.map((key) => ask("/me", { key })));
    for (const { status, problem, headers } of answers) {
      expect(status).toBe(401);
      expect(headers.get("WWW-Authenticate")).toBe('Bearer realm="Roster"');
      expect(problem).toEqual(answers[0]?.problem);
      expect(headers.get("RateLimit")).toBeNull();
    }
    const basic = await ask("/me", { headers: { Authorization: `Basic ${btoa(`key:${write}`)}` } });
    expect(basic.problem).toEqual(answers[0]?.problem);
  });

  test("with a hint for a key in the query, even if the header is right", async () => {
    for (const name of ["key", "api_key", "search"]) {
      const { status, problem } = await ask(`/me?${name}=${write}`, { key: write });
      expect([status, problem.detail]).toEqual([401, expect.stringContaining("in the header X-API-Key")]);
    }
    expect(roster.log()).not.toContain(write);
  });
});

test("the API answers 403 on the free plan and names the plan", async () => {
  const { id } = await roster.db("organizations").where({ name: "Globex" }).first();
  const key = await keyOf(roster, roster.people.eve);
  const { name, problem } = await ask("/me", { key });
  expect([name, problem.detail]).toEqual(["pro-needed", expect.stringContaining("free plan")]);
  await roster.db.transaction((trx) => updateOrganization(trx, id, { plan: "pro" }));
  expect((await fetch(`${roster.url}/api/v1/me`, { headers: { "X-API-Key": key } })).status).toBe(200);
});

test("the API answers 403 while the key's owner must choose a new password", async () => {
  const person = await addUser(roster.deps, { email: "new@example.com", mustChangePassword: true });
  expect(await ask("/me", { key: await keyOf(roster, person) })).toMatchObject({ name: "new-password-needed" });
});

test.each([
  ["/me", "GET, HEAD"],
  ["/users", "GET, POST, HEAD"],
  ["/users/1", "GET, PATCH, HEAD"],
  ["/users/1/photo", "PUT, DELETE"],
  ["/users/1/activate", "POST"],
  ["/users/1/api-keys/1", "DELETE"],
])("the API answers 405 for %s and allows %s", async (path, allow) => {
  const { status, headers } = await ask(path, { method: "OPTIONS", key: write });
  expect([status, headers.get("Allow")]).toEqual([405, allow]);
});

test("the API answers 413 before it reads the body", async () => {
  const { port } = new URL(roster.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let text = "";
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("close", () => resolve(text)).on("error", reject);
    socket.write(
      `POST /api/v1/users HTTP/1.1\r\nHost: x\r\nX-API-Key: ${write}\r\nContent-Type: ${json}\r\nContent-Length: 1000001\r\n\r\n`,
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/\r\nConnection: close\r\n/i);
});

test("the API answers 413 for a body without a length", async () => {
  const body = new Blob([large]).stream();
  const init = { method: "POST", headers: { "X-API-Key": write, "Content-Type": json }, body, duplex: "half" } as const;
  expect((await fetch(`${roster.url}/api/v1/users`, init)).status).toBe(413);
});

test("the API answers 400, never 500, for a body that is not JSON, is cut off or empty, or has another encoding", async () => {
  const post = (body: string, headers = {}) => ask("/users", { method: "POST", key: write, type: json, body, headers });
  for (const body of ["{", "", "undefined", "{'a':1}", '{"a":1}x']) {
    expect(await post(body)).toMatchObject({ status: 400, name: "malformed-request" });
  }
  expect((await post("{}", { "Content-Encoding": "gzip" })).status).toBe(400);
  expect((await post("{}", { "Content-Encoding": "zip" })).status).toBe(415);
  expect((await ask("/users/%zz", { key: write })).status).toBe(400);
});

test("the API answers 500 with only an ID, which finds the error in the log", async () => {
  await roster.db.schema.renameTable("activity", "elsewhere");
  const { name, problem } = await ask("/activity", { key: write });
  await roster.db.schema.renameTable("elsewhere", "activity");
  expect(name).toBe("internal-error");
  expect(JSON.stringify(problem)).not.toMatch(/sqlite|select|activity/i);
  const logged = roster
    .log()
    .split("\n")
    .find((line) => line.includes("request failed"));
  expect(logged).toContain(problem.requestId);
  expect(roster.log()).not.toContain(write);
});

test("the API answers 503 while too many passwords wait to be hashed", async () => {
  const body = (n: number) =>
    JSON.stringify({
      firstName: "Kim",
      lastName: "Lee",
      email: `kim${n}@example.com`,
      role: "member",
      password: "gravel-onion-lantern-77",
    });
  // Until the answer arrives: the password is checked first, in another thread.
  let isAnswered = false;
  const waitAgain = async (): Promise<void> => {
    while (!isAnswered)
      await roster.deps.hashing.hash("x").catch(() => new Promise((resolve) => setTimeout(resolve, 1)));
  };
  const others = Array.from({ length: 70 }, waitAgain);
  const { name, headers } = await ask("/users", { method: "POST", key: write, type: json, body: body(1) });
  expect([name, headers.get("Retry-After")]).toEqual(["unavailable", "10"]);
  isAnswered = true;
  await Promise.all(others);
});

test("the API answers 409 for a conflict and 429 over the limit", async () => {
  const activate = (path: string) =>
    ask(`/users/${path}/activate`, { method: "POST", key: write, headers: { "Idempotency-Key": "same" } });
  await fetch(`${roster.url}/api/v1/users/1/activate`, {
    method: "POST",
    headers: { "X-API-Key": write, "Idempotency-Key": "same" },
  });
  expect(await activate("2")).toMatchObject({ status: 409 });
  const few = await startRoster({ API_RATE_LIMIT: "1" });
  const headers = { "X-API-Key": await keyOf(few, few.people.ada) };
  await fetch(`${few.url}/api/v1/me`, { headers });
  const answer = (await (await fetch(`${few.url}/api/v1/me`, { headers })).json()) as ApiProblem;
  met.add(answer.type.replace("/api/docs#", ""));
  await few.close();
});

test("the API answers 507 while the disk is full, and reading still works", async () => {
  const full = await startRoster();
  const key = await keyOf(full, full.people.ada);
  await fillDisk(full);
  const headers = { "X-API-Key": key };
  const url = `${full.url}/api/v1/users/${full.people.max.id}/deactivate`;
  const answer = await fetch(url, { method: "POST", headers });
  const problem = (await answer.json()) as ApiProblem;
  expect([answer.status, problem.title]).toEqual([507, "Nothing can be saved right now"]);
  met.add(problem.type.replace("/api/docs#", ""));
  expect((await fetch(`${full.url}/api/v1/me`, { headers })).status).toBe(200);
  await full.close();
});

test("this file meets every problem of the API", () => {
  expect([...met].sort()).toEqual([...problemNames].sort());
  for (const name of problemNames) expect(problems[name].meaning).toMatch(/\.$/);
});

test("the API explains an address that cannot be decoded only to a valid key", async () => {
  const address = `${roster.url}/api/v1/users/%ZZ`;
  expect((await fetch(address)).status).toBe(401);
  const key = await keyOf(roster, roster.people.ada);
  expect((await fetch(address, { headers: { "X-API-Key": key } })).status).toBe(400);
});
