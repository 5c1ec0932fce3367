import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { errorsOf, linksTo } from "../support/html.ts";
import { generateKey, keyIn, pressGenerate, withKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person } from "../support/people.ts";
import { everything, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

// Published bugs of other programs, each tried on Roster. Those about log-in, sessions, confirmation and uploads are in
// the tests of these; docs/security.md lists all with their tests.

let roster: Roster;
let ada: Visitor;
const another = "copper-lantern-orchard-83";
const kept = (person: Pick<Person, "id">): Promise<string> =>
  storedUser(roster, person).then((user) => user.password_hash);
const about = ({ id }: Pick<Person, "id">, part: string): string => `/admin/managers/${id}/${part}`;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

/** Sends a form's head. @returns sends the body and resolves to the status */
function beginPost(visitor: Visitor, path: string, fields: Record<string, string>): () => Promise<number | undefined> {
  const body = new URLSearchParams(fields).toString();
  const form = { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length };
  const sent = request(roster.url + path, { method: "POST", headers: { Cookie: cookieOf(visitor), ...form } });
  const answer = once(sent, "response");
  sent.flushHeaders();
  return async () => {
    sent.end(body);
    const [response] = (await answer) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
}

test("no value that stands for nothing opens a reset page (CVE-2026-41276)", async () => {
  const { mia, max } = roster.people;
  await giveResetLink(roster.deps, max);
  await giveResetLink(roster.deps, mia, -1); // ran out
  const visitor = visit(roster);
  const _csrf = await visitor.token("/login");
  const fields = { _csrf, password: another, confirmPassword: another };
  const before = await everything(roster);
  for (const token of ["null", "undefined", "NaN", "0", "false", "%00", "%20", "%25", "_", "[object%20Object]", "''"]) {
    const answer = await visitor.post(`/reset-password/${token}`, { ...fields, token: "null" });
    expect([token, answer.status, (await visitor.get(`/reset-password/${token}`)).status]).toEqual([token, 404, 404]);
  }
  for (const path of ["/reset-password", "/reset-password/", "/reset-password?token=null", "/reset-password//"]) {
    expect([path, (await visitor.post(path, { ...fields, token: "" })).status]).toEqual([path, 404]);
  }
  expect(await everything(roster)).toEqual(before);
});

test("a reset mail's link starts with BASE_URL, whatever Host the request has (CVE-2026-27812)", async () => {
  const mailed = async () => (await outbox(roster)).filter(({ to }) => to === roster.people.mia.email);
  const foreign = { Host: "evil.example", "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example" };
  for (const headers of [foreign, { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example" }]) {
    const visitor = visit(roster);
    const _csrf = await visitor.token("/forgot-password");
    await visitor.post("/forgot-password", { _csrf, email: roster.people.mia.email }).set(headers);
  }
  await eventually(async () => (await mailed()).length >= 2);
  const texts = (await mailed()).map(({ text }) => text);
  expect(texts).toHaveLength(2);
  for (const text of texts) {
    const links = [...text.matchAll(/\bhttps?:\/\/\S+/g)].map(([link]) => new URL(link).origin);
    expect([...new Set(links)]).toEqual([roster.deps.config.baseUrl]);
  }
});

test("a reset link sets only its own user's password, even if the form names another user (CVE-2023-26481)", async () => {
  const zoe = await addUser(roster.deps, { email: "zoe@example.com" });
  const victim = roster.people.ada;
  const before = [await kept(victim), await kept(zoe)];
  const link = await giveResetLink(roster.deps, zoe);
  const visitor = visit(roster);
  const named = { email: victim.email, id: String(victim.id), userId: String(victim.id), user: victim.email };
  const answer = await visitor.submit(`${link}?${new URLSearchParams(named)}`, {
    ...named,
    password: another,
    confirmPassword: another,
  });
  expect(answer.status).toBe(303);
  expect([(await kept(victim)) === before[0], (await kept(zoe)) === before[1]]).toEqual([true, false]);
});

test("an Admin cannot reach users, keys and photos of another organization through their own (CVE-2024-10452)", async () => {
  const { mia, eve } = roster.people;
  await generateKey(ada, mia);
  const revoke = linksTo((await ada.get(`/admin/managers/${mia.id}`)).text, "Revoke")[0] ?? "";
  const keyId = /api-keys\/(\d+)\/revoke/.exec(revoke)?.[1];
  const stranger = await logIn(roster, "eve");
  const _csrf = await stranger.token("/admin/organization");
  const parts = ["personal-information", "role", "password", "status", "api-keys", `api-keys/${keyId}/revoke`];
  const theirs = [...parts, "photo"].map((part) => about(mia, part));
  // Their key under the address of the Admin's own user.
  const mixed = ["revoke", "rotate"].map((what) => about(eve, `api-keys/${keyId}/${what}`));
  const before = await everything(roster);
  for (const path of [...theirs, ...mixed, `/profile/api-keys/${keyId}/revoke`]) {
    const fields = { _csrf, status: "inactive", role: "member", password: another, confirmPassword: another };
    const isPhoto = path.endsWith("/photo");
    const answer = await (isPhoto
      ? stranger.agent.post(path).field("_csrf", _csrf).attach("photo", Buffer.from("x"), "x.png")
      : stranger.post(path, fields));
    expect([path, answer.status]).toEqual([path, 404]);
  }
  expect((await stranger.get(`/admin/managers/${mia.id}`)).status).toBe(404);
  expect(linksTo((await stranger.get("/admin/managers?search=mia")).text, "Mia Zoë-Núñez")).toEqual([]);
  expect((await stranger.get(`/admin/activity?user=${mia.id}`)).text).not.toContain("Mia");
  expect(await everything(roster)).toEqual(before);
});

test("nobody can remove the last active Admin in any way, not even two Admins at the same moment (CVE-2025-3580)", async () => {
  const admin = roster.people.ada;
  const key = withKey(keyIn((await pressGenerate(ada, admin, { scope: "write" })).text) ?? "");
  const api = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${roster.url}/api/v1/users/${admin.id}${path}`, {
      method,
      headers: { ...key, ...headers, ...(body && { "Content-Type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const match = { "If-Match": (await api("GET", "")).headers.get("ETag") ?? "" };
  const refusals = [
    await ada.submit(about(admin, "role"), { role: "member" }),
    await ada.submit(about(admin, "status"), {}),
    await api("PATCH", "", { role: "member" }, match),
    await api("POST", "/deactivate"),
  ];
  for (const refusal of refusals) {
    expect(refusal.status).toBe(422);
    expect(typeof refusal.text === "string" ? refusal.text : await refusal.text()).toContain("the only active Admin");
  }
  expect(await storedUser(roster, admin)).toMatchObject({ role: "admin", status: "active" });

  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  for (const [part, fields] of [
    ["role", { role: "member" }],
    ["status", { status: "inactive" }],
  ] as const) {
    await roster.db("users").whereIn("id", [admin.id, bob.id]).update({ role: "admin", status: "active" });
    const pairs = [[await logIn(roster, "ada"), bob] as const, [await logIn(roster, bob), admin] as const];
    const tokens = await Promise.all(pairs.map(([visitor, whom]) => visitor.token(about(whom, part))));
    // Both requests are let in as Admins before their bodies arrive; the second is no longer an Admin when it is
    // processed.
    const finishers = pairs.map(([visitor, whom], i) =>
      beginPost(visitor, about(whom, part), { _csrf: String(tokens[i]), ...fields }),
    );
    // Each has been let in when its visitor's later requests have been answered.
    for (let n = 0; n < 3; n++) for (const [visitor, whom] of pairs) await visitor.get(about(whom, part));
    const statuses = await Promise.all(finishers.map((finish) => finish()));
    const left = await roster.db("users").whereIn("id", [admin.id, bob.id]).where({ role: "admin", status: "active" });
    expect([part, statuses.sort(), left.length]).toEqual([part, [303, 403], 1]);
  }
  await roster.db("users").whereIn("id", [admin.id, bob.id]).update({ role: "admin", status: "active" });
  ada = await logIn(roster, "ada");
});

test("a password is never cut off: 73 bytes are refused, and 72 with more behind them are wrong (CVE-2025-25298)", async () => {
  const yan = await addUser(roster.deps, { email: "yan@example.com" });
  const set = (text: string) =>
    ada.submit(about(yan, "password"), { password: text, confirmPassword: text, mustChangePassword: undefined });
  const longest = `ж${"copper-lantern-orchard-tramway-83-".repeat(3)}`.slice(0, 71);
  expect(Buffer.byteLength(longest)).toBe(72);
  const refused = await set(`${longest}x`);
  expect([refused.status, Object.keys(errorsOf(refused.text))]).toEqual([422, ["password"]]);
  expect((await set(longest)).status).toBe(303);
  const tryWith = (text: string) => visit(roster).submit("/login", { email: yan.email, password: text });
  for (const wrong of [`${longest}x`, longest.slice(0, -1), `${longest}\0`])
    expect((await tryWith(wrong)).status).toBe(422);
  expect((await tryWith(longest)).status).toBe(303);
});
