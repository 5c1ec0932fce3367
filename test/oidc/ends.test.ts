import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as client from "openid-client";
import { addApplication, follow, type Registered, signIn, startLogIn } from "../support/applications.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// What ends someone's use of an application, in the moment in which it happens.

let on: Roster;
let ada: Visitor;
let wiki: Registered;
beforeAll(async () => {
  on = await startRoster();
  ada = await logIn(on, "ada");
  wiki = await addApplication(on, { roles: ["admin", "member"] });
});
afterAll(() => on.close());

const chosen = "copper lantern drizzle";
const profile = ({ id }: Person): string => `/admin/managers/${id}`;

const ways: [string, (person: Person, visitor: Visitor) => Promise<unknown>][] = [
  ["is deactivated", (person) => ada.submit(`${profile(person)}/status`, {})],
  ["gets a role that may not use it", (person) => ada.submit(`${profile(person)}/role`, { role: "manager" })],
  [
    "gets a password from an Admin",
    (person) => ada.submit(`${profile(person)}/password`, { password: chosen, confirmPassword: chosen }),
  ],
  [
    "has reached the end of the last day",
    ({ id }) =>
      on.db("users").where({ id }).update({ deactivate_on: "2026-01-01", deactivate_at: "2026-01-02T00:00:00.000Z" }),
  ],
  [
    "is logged out everywhere",
    (person) => ada.submit(profile(person), {}, { action: `${profile(person)}/sessions/end` }),
  ],
];

let count = 0;
test.each(ways)("someone who %s is refused at the next check, in every way", async (_what, end) => {
  const person = await addUser(on.deps, { email: `end${++count}@example.com` });
  const visitor = await logIn(on, person);
  const tokens = await signIn(visitor, wiki, { scope: "openid email offline_access" });
  const { path, checks } = await startLogIn(wiki.config);
  const withCode = new URL(await follow(visitor, path));
  const sub = String(person.id);
  expect(await client.fetchUserInfo(wiki.config, tokens.access_token, sub)).toMatchObject({ email: person.email });

  await end(person, visitor);
  await expect(client.fetchUserInfo(wiki.config, tokens.access_token, sub)).rejects.toThrow();
  expect((await client.tokenIntrospection(wiki.config, tokens.access_token)).active).toBe(false);
  const refreshed = client.refreshTokenGrant(wiki.config, tokens.refresh_token ?? "");
  await expect(refreshed).rejects.toMatchObject({ error: "invalid_grant" });
  const exchanged = client.authorizationCodeGrant(wiki.config, withCode, checks);
  await expect(exchanged).rejects.toMatchObject({ error: "invalid_grant" });
  const silent = new URL(await follow(visitor, (await startLogIn(wiki.config, { prompt: "none" })).path));
  expect(silent.searchParams.get("error")).toMatch(/^(login_required|access_denied)$/);
});

test("logging out of Roster ends access, but not what was given for offline use", async () => {
  const person = await addUser(on.deps, { email: "out@example.com" });
  const visitor = await logIn(on, person);
  const online = await signIn(visitor, wiki);
  const offline = await signIn(visitor, wiki, { scope: "openid offline_access" });
  await visitor.submit("/profile", {}, { action: "/logout" });
  expect((await client.tokenIntrospection(wiki.config, online.access_token)).active).toBe(false);
  expect((await client.refreshTokenGrant(wiki.config, offline.refresh_token ?? "")).access_token).toBeTruthy();
});

test("profiles list the applications that someone is logged in to, and access ends there", async () => {
  const person = await addUser(on.deps, { email: "list@example.com" });
  const visitor = await logIn(on, person);
  const chat = await addApplication(on, { name: "Chat", roles: ["member"] });
  for (const application of [wiki, chat, wiki]) await signIn(visitor, application);
  const tokens = await signIn(visitor, chat, { scope: "openid offline_access" });
  const loggedIn = (await historyOf(on, person, "application.logged-in")).map(({ changes }) => changes);
  expect(loggedIn.map((changes) => JSON.stringify(changes))).toEqual([
    expect.stringContaining("Wiki"),
    expect.stringContaining("Chat"),
  ]);
  const shown = async (by: Visitor, page: string): Promise<string[]> =>
    [...(await by.get(page)).text.matchAll(/id="application-\d+"><bdi>([^<]+)/g)].map(([, name = ""]) => name);
  expect(await shown(visitor, "/profile")).toEqual(["Chat", "Wiki"]);
  expect(await shown(ada, profile(person))).toEqual(["Chat", "Wiki"]);
  await visitor.submit("/profile", {}, { action: `/profile/applications/${wiki.id}/end` });
  await visitor.submit("/profile", {}, { action: "/logout" });
  expect(await shown(ada, profile(person))).toEqual(["Chat"]);
  await ada.submit(profile(person), {}, { action: `${profile(person)}/applications/${chat.id}/end` });
  expect(await shown(ada, profile(person))).toEqual([]);
  const refreshed = client.refreshTokenGrant(chat.config, tokens.refresh_token ?? "");
  await expect(refreshed).rejects.toMatchObject({ error: "invalid_grant" });
  expect((await historyOf(on, person, "application.access-ended")).length).toBe(2);
});
