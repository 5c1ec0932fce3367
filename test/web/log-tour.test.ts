import { afterAll, beforeAll, expect, test } from "@jest/globals";
import sharp from "sharp";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { logTo, readable } from "../../src/web/log-lines.ts";
import { eventually } from "../support/eventually.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, shownCodes, shownSecret, wrongCode } from "../support/second-factor.ts";
import { cookieOf, sessionIdOf } from "../support/sessions.ts";
import { logIn, visit } from "../support/visitor.ts";

const metricsToken = "metrics-token-of-more-than-32-characters";
let roster: Roster;
beforeAll(async () => {
  roster = await startRoster({ METRICS_TOKEN: metricsToken });
});
afterAll(() => roster.close());

test("a day of log-ins, resets, keys, codes and photos leaves no secret and no email in the log", async () => {
  const { mia, max } = roster.people;
  const fresh = "copper lantern drizzle";
  const secrets = [password, fresh, metricsToken, "not-the-password", "stranger", "kim.new", "@example.com", "$2b$"];
  const keep = (...texts: string[]) => secrets.push(...texts, ...texts.map(hashToken));

  await visit(roster).submit("/login", { email: max.email, password: "not-the-password" });
  for (const email of [mia.email, "stranger@example.com"]) await visit(roster).submit("/forgot-password", { email });
  await afterResponseSettled();
  const [, token = "missing"] = /\/reset-password\/([\w-]{43})/.exec((await outbox(roster))[0]?.text ?? "") ?? [];
  keep(token);
  const reset = await visit(roster).submit(`/reset-password/${token}`, { password: fresh, confirmPassword: fresh });
  expect(reset.status).toBe(303);

  const ada = await logIn(roster, "ada");
  keep(sessionIdOf(ada), cookieOf(ada), await ada.token("/login"));
  const person = { firstName: "Kim", lastName: "New", email: "kim.new@example.com", role: "member" };
  await ada.submit("/admin/managers/new", { ...person, password: fresh, confirmPassword: fresh });
  await ada.get("/admin/managers?search=stranger%40example.com");
  const photo = await sharp({ create: { width: 50, height: 50, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const profile = `/admin/managers/${mia.id}`;
  const sent = ada.agent.post(`${profile}/photo`).field("_csrf", await ada.token("/login"));
  expect((await sent.attach("photo", photo, "stranger.png")).status).toBe(303);

  const key = await generateKey(ada, max);
  keep(key);
  const { agent } = visit(roster);
  await agent.get("/api/v1/me").set(withKey(key));
  expect((await agent.get(`/api/v1/me?key=${key}`)).status).toBe(401);
  await agent.get("/api/v1/users?search=stranger%40example.com").set("Authorization", `Bearer ${key}`);
  expect((await agent.get("/metrics").set("Authorization", `Bearer ${metricsToken}`)).status).toBe(200);

  const visitor = await logIn(roster, "max");
  const secret = shownSecret((await visitor.get("/profile/second-factor")).text);
  const shown = await visitor.submit("/profile/second-factor", { code: codeFor(secret) });
  keep(secret, ...shownCodes(shown.text), sessionIdOf(visitor));
  expect(shownCodes(shown.text)).toHaveLength(10);
  const again = visit(roster);
  await again.submit("/login", { email: max.email, password });
  await again.submit("/second-factor", { code: wrongCode(secret) });
  await again.submit("/second-factor", { code: shownCodes(shown.text)[0] });
  expect((await again.get("/profile")).status).toBe(200);
  keep(sessionIdOf(again));
  await again.post("/logout", { _csrf: await again.token("/login") });

  await eventually(() => roster.log().includes('"/logout"'));
  expect(secrets.filter((text) => text === "" || roster.log().includes(text))).toEqual([]);
});

test("the log at a terminal is readable text that nothing from outside can break or control", () => {
  const written: string[] = [];
  const terminal = logTo({ isTTY: true, write: (text) => written.push(text) });
  const time = Date.UTC(2026, 10, 24, 1, 2, 3);
  const asked = { method: "GET", route: "/admin/managers/:id", status: 200, ms: 3.2, user: 7 };
  terminal?.write(`${JSON.stringify({ level: 30, time, request: "the-number", ...asked })}\n`);
  expect(written).toEqual(['01:02:03 info GET /admin/managers/:id 200 3.2 ms user=7 request="the-number"\n']);
  const err = { type: "Error", message: "no", stack: "Error: no\u001b[2J\n    at here" };
  expect(readable(JSON.stringify({ level: 50, time, msg: "request failed\r\n", err }))).toBe(
    "01:02:03 error request failed  \n    Error: no [2J\n    at here\n",
  );
  expect(logTo({ write: () => undefined })).toBeUndefined();
});
