import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { addApplication, type Registered, signIn } from "../support/applications.ts";
import { eventually } from "../support/eventually.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// OpenID Connect Back-Channel Logout 1.0: applications learn that someone was logged out.

let on: Roster;
let ada: Visitor;
let wiki: Registered;
let status = 200;
const received: string[] = [];
const listener = createServer((req, res) => {
  let body = "";
  req.on("data", (chunk) => {
    body += chunk;
  });
  req.on("end", () => {
    if (status < 300) received.push(new URLSearchParams(body).get("logout_token") ?? "");
    res.writeHead(status, status === 302 ? { Location: "https://elsewhere.example/" } : {}).end();
  });
});

beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  const backChannelAddress = `http://127.0.0.1:${port}/log-out`;
  wiki = await addApplication(on, { roles: ["admin", "member"], backChannelAddress });
});
afterAll(async () => {
  await on.close();
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
});

/** What the application was sent since. */
async function tokens(): Promise<Record<string, unknown>[]> {
  await on.deps.logOuts.settled();
  const keys = createRemoteJWKSet(new URL(`${on.url}/oidc/jwks`));
  const options = { issuer: on.url, audience: wiki.clientId, typ: "logout+jwt" };
  const verified = await Promise.all(received.splice(0).map((token) => jwtVerify(token, keys, options)));
  return verified.map(({ payload }) => payload);
}

const profile = ({ id }: Person): string => `/admin/managers/${id}`;
const chosen = "copper lantern drizzle";
const ways: [string, (person: Person, visitor: Visitor) => Promise<unknown>][] = [
  ["is deactivated", (person) => ada.submit(`${profile(person)}/status`, {})],
  ["gets a role that may not use it", (person) => ada.submit(`${profile(person)}/role`, { role: "manager" })],
  [
    "gets a password from an Admin",
    (person) => ada.submit(`${profile(person)}/password`, { password: chosen, confirmPassword: chosen }),
  ],
  [
    "is logged out everywhere",
    (person) => ada.submit(profile(person), {}, { action: `${profile(person)}/sessions/end` }),
  ],
];

let count = 0;
test.each(ways)("the application is notified when someone %s", async (_what, end) => {
  const person = await addUser(on.deps, { email: `back${++count}@example.com` });
  const visitor = await logIn(on, person);
  const sid = (await signIn(visitor, wiki)).claims()?.sid;
  await end(person, visitor);
  const [token, ...others] = await tokens();
  expect(others).toEqual([]);
  expect(token).toMatchObject({
    ...{ sub: String(person.id), sid },
    events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    jti: expect.any(String),
  });
  expect(token).not.toHaveProperty("nonce");
  await end(person, visitor);
  expect(await tokens()).toEqual([]);
});

test("each session of someone who is deactivated is named, because some applications know people only by session", async () => {
  const person = await addUser(on.deps, { email: "two@example.com" });
  const sids: unknown[] = [];
  for (const _ of [1, 2]) sids.push((await signIn(await logIn(on, person), wiki)).claims()?.sid);
  await ada.submit(`${profile(person)}/status`, {});
  expect((await tokens()).map(({ sid }) => sid).sort()).toEqual(sids.sort());
});

test("what outlives its session (offline_access) ends with a message about the person", async () => {
  const person = await addUser(on.deps, { email: "offline@example.com" });
  const visitor = await logIn(on, person);
  await signIn(visitor, wiki, { scope: "openid offline_access" });
  await visitor.submit("/profile", {}, { action: "/logout" });
  expect(await tokens()).toHaveLength(1);
  await ada.submit(`${profile(person)}/status`, {});
  const [token] = await tokens();
  expect(token).toMatchObject({ sub: String(person.id) });
  expect(token).not.toHaveProperty("sid");
});

test("logging out of Roster names the one session, and others continue", async () => {
  const person = await addUser(on.deps, { email: "one@example.com" });
  const [first, second] = [await logIn(on, person), await logIn(on, person)];
  const sid = (await signIn(first, wiki)).claims()?.sid;
  const other = (await signIn(second, wiki)).claims()?.sid;
  expect([typeof sid, sid === other]).toEqual(["string", false]);
  await first.submit("/profile", {}, { action: "/logout" });
  expect(await tokens()).toEqual([expect.objectContaining({ sub: String(person.id), sid })]);
  await signIn(second, wiki);
});

test("an application that does not answer delays no other, and gets one message at a time", async () => {
  const held: ServerResponse[] = [];
  const silent = createServer((_req, res) => void held.push(res));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const backChannelAddress = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/log-out`;
  const broken = await addApplication(on, { name: "Broken", backChannelAddress });
  const people = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    const person = await addUser(on.deps, { email: `${name}-waits@example.com` });
    await signIn(await logIn(on, person), broken);
    people.push(person);
  }
  const last = await addUser(on.deps, { email: "last@example.com" });
  await signIn(await logIn(on, last), wiki);
  for (const person of [...people, last]) await ada.submit(`${profile(person)}/status`, {});
  const settled = on.deps.logOuts.settled();
  await eventually(() => held.length + received.length > 1);
  expect([held.length, received.length]).toEqual([1, 1]);
  // The others follow once it answers.
  silent.removeAllListeners("request").on("request", (_req, res) => res.end());
  for (const res of held) res.end();
  await settled;
  expect(await tokens()).toHaveLength(1);
  expect(await on.db("deliveries").where({ kind: "log-out", sent_at: null })).toEqual([]);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test("an application that does not answer is tried again, also after a restart, and history says when it failed", async () => {
  const person = await addUser(on.deps, { email: "later@example.com" });
  await signIn(await logIn(on, person), wiki);
  for (const failing of [500, 302]) {
    status = failing;
    await ada.submit(`${profile(person)}/status`, {});
    expect(await tokens()).toEqual([]);
    await on.db("deliveries").where({ kind: "log-out" }).update({ next_try_at: "2026-01-01" });
  }
  const [row] = await on.db("deliveries").where({ user_id: person.id, kind: "log-out" });
  expect(row).toMatchObject({ subject: "Wiki", tries: expect.any(Number), sent_at: null });
  expect(row.text).not.toContain("eyJ");
  status = 200;
  expect(await tokens()).toEqual([expect.objectContaining({ sub: String(person.id) })]);

  await ada.submit(`${profile(person)}/status`, { status: "active" });
  await signIn(await logIn(on, person), wiki);
  status = 400;
  await ada.submit(`${profile(person)}/status`, { status: "inactive" });
  await on.deps.logOuts.settled();
  const end = { expires_at: "2026-01-01", next_try_at: "2026-01-01" };
  await on.db("deliveries").where({ user_id: person.id, sent_at: null, kind: "log-out" }).update(end);
  await on.deps.logOuts.settled();
  expect(await historyOf(on, person, "application.log-out-failed")).toEqual([
    expect.objectContaining({ action: "application.log-out-failed" }),
  ]);
});
