import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { runMaintenance } from "../../src/health/maintenance.ts";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { routes } from "../../src/routes.ts";
import { eventually } from "../support/eventually.ts";
import { headings } from "../support/html.ts";
import { password } from "../support/people.ts";
import { confirmation, type Press, presses } from "../support/presses.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { shownCodes } from "../support/second-factor.ts";
import { cookieOf, cookiesOf } from "../support/sessions.ts";
import { formFields, logIn, visit } from "../support/visitor.ts";

// The second press of any button gets the response to the first, even if its browser has not seen that one or another
// process gets it.

let roster: Roster;
let empty: Roster;
let other: { url: string };
let all: ReturnType<typeof presses>;

beforeAll(async () => {
  roster = await startRoster();
  empty = await startRoster({}, { isEmpty: true });
  other = await startSecondServer(roster, { SESSION_SECRET: roster.deps.config.sessionSecrets.join() });
  all = presses(roster, empty);
});
beforeEach(() => roster.db("throttles").del());
afterAll(async () => {
  await roster.close();
  await empty.close();
});

type Answer = { status: number; location: string | null; text: string; cookies: string[] };
type Send = (url?: string) => Promise<Answer>;

/** Fills in the form as it is shown. @returns sends it, each time with the cookies from now */
async function prepare({ visitor, page, action, button, fields, file }: Press): Promise<Send> {
  const { text } = await visitor.get(page);
  expect(text).toContain(`>${button}</button>`);
  const form = { ...formFields(text, action), ...fields };
  const url = new URL(visitor.agent.get(page).url);
  const access = { domain: url.hostname, path: "/", secure: false, script: false };
  const cookie = visitor.agent.jar.getCookies(access).toValueString();
  return async (origin = url.origin) => {
    const body = file ? new FormData() : new URLSearchParams(form);
    if (body instanceof FormData) {
      for (const [name, value] of Object.entries(form)) body.set(name, value);
      if (file) body.set(file.field, new Blob([new Uint8Array(file.buffer)]), file.name);
    }
    const answer = await fetch(new URL(action ?? page, origin), {
      ...{ method: "POST", redirect: "manual", body, headers: { Cookie: cookie } },
    });
    const { status, headers } = answer;
    return { status, location: headers.get("Location"), text: await answer.text(), cookies: headers.getSetCookie() };
  };
}

const paths = (): string[] => routes(roster.deps).flatMap(({ method, path }) => (method === "post" ? [path] : []));
const done = ({ status }: Answer): boolean => status === 200 || status === 303;
/** Without the time when a cookie expires. */
const comparable = ({ cookies, ...answer }: Answer) => ({
  ...answer,
  cookies: cookies.map((line) => line.replace(/Expires=[^;]*/, "")).sort(),
});
/** Everything that another press would add to. */
const written = async ({ db }: Roster): Promise<unknown[]> => [
  await db("activity").count({ count: "*" }),
  await db("deliveries").count({ count: "*" }),
  await db("sessions").count({ count: "*" }),
];

test("this file presses every button there is", () => {
  expect(Object.keys(all).sort()).toEqual(paths().sort());
});

test("a button pressed twice at the same moment does it once, and both presses get the same response", async () => {
  for (const [path, press] of Object.entries(all)) {
    const send = await prepare(await press());
    const [one, two] = await Promise.all([send(), path === "/setup" ? send() : send(other.url)]);
    expect([path, done(one), comparable(two)]).toEqual([path, true, comparable(one)]);
  }
});

test("a button pressed again after the response was sent does no more, and gets the same response", async () => {
  await empty.db("users").update({ status: "inactive" });
  for (const [path, press] of Object.entries(all)) {
    const ready = await press();
    if (path === "/setup") ready.fields = { ...ready.fields, email: "second@example.com" };
    const send = await prepare(ready);
    const one = await send();
    // Reset mails and locks are written up to a second after the response.
    await afterResponseSettled();
    const before = await written(roster);
    const two = path === "/setup" ? await send() : await send(other.url);
    expect([path, done(one), comparable(two)]).toEqual([path, true, comparable(one)]);
    expect([path, await written(roster)]).toEqual([path, before]);
  }
});

test("the button Confirm pressed again gets the same response, although it changes the session's ID", async () => {
  const { visitor, ...ready } = await confirmation(roster);
  const question = await visitor.submit(ready.page, ready.fields ?? {});
  expect(headings(question.text, 1)).toEqual(["Confirm it’s you"]);
  const form = { ...formFields(question.text), ownPassword: password };
  const cookie = cookieOf(visitor);
  const press = () => visit(roster).post(ready.page, form).set("Cookie", cookie);
  const first = await press();
  const again = await press();
  expect([first.status, again.status, headings(again.text, 1)]).toEqual([200, 200, ["Your recovery codes"]]);
  expect(again.text).toBe(first.text);
  // The browser continues in the session of the first press, although it has not seen that response.
  const given = cookiesOf(again).roster;
  expect(given?.value).toBe(cookiesOf(first).roster?.value);
  const page = await visit(roster).get("/profile").set("Cookie", `roster=${given?.value}`);
  expect(page.status).toBe(200);
});

test("a button pressed again does not bring back a session that has ended", async () => {
  const press = await all["/login"]?.();
  if (!press) throw new Error("no such button");
  const send = await prepare(press);
  await send();
  const { id } = await roster.db("users").where({ email: press.fields?.email }).first();
  await roster.db("sessions").where({ user_id: id }).del();
  const again = await send();
  expect(again.cookies.filter((line) => line.startsWith("roster="))).toEqual([]);
  expect(await roster.db("sessions").where({ user_id: id })).toEqual([]);
});

test("a page that a form has led to is not shown again once its session has ended", async () => {
  const found: string[] = [];
  for (const [path, press] of Object.entries(all)) {
    if (path === "/setup") continue;
    const ready = await press();
    const send = await prepare(ready);
    const one = await send();
    const isLoggedIn = !(await ready.visitor.get("/profile")).headers.location?.startsWith("/login");
    if (one.status !== 200 || !isLoggedIn) continue;
    found.push(path);
    const sessions = await roster.db("sessions");
    await roster.db("sessions").del();
    const again = await send();
    expect([path, again.status]).toEqual([path, 303]);
    expect(again.location).toMatch(/^\/login/);
    // The other presses are by the same people.
    await roster.db("sessions").insert(sessions);
  }
  expect(found).toEqual(expect.arrayContaining(["/admin/managers/:id/api-keys", "/admin/applications/new"]));
});

test("the same form sent by another browser, as another site could arrange, gets none of the response", async () => {
  const press = await all["/login"]?.();
  if (!press) throw new Error("no such button");
  const form = { ...formFields((await press.visitor.get(press.page)).text), ...press.fields };
  expect((await press.visitor.post(press.page, form)).status).toBe(303);
  const lured = visit(roster);
  await lured.get("/login");
  const answer = await lured.post(press.page, form);
  expect([answer.status, cookiesOf(answer).roster]).toEqual([403, undefined]);
  const cookieless = await visit(roster).post(press.page, form);
  expect([cookieless.status, cookiesOf(cookieless).roster]).toEqual([403, undefined]);
});

/** The same Roster, which checks passwords only once `go` is called, and a log-in with a wrong one. */
async function slowLogIn() {
  const { hashing, config } = roster.deps;
  let go = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    go = resolve;
  });
  const verify: typeof hashing.verify = async (...typed) => {
    await begun;
    return hashing.verify(...typed);
  };
  const settings = { SESSION_SECRET: config.sessionSecrets.join() };
  const visitor = visit(await startSecondServer(roster, settings, { hashing: { ...hashing, verify } }));
  const fields = { ...formFields((await visitor.get("/login")).text), email: "nobody@example.com", password: "wrong" };
  const tries = async () => (await roster.db("throttles").where({ key: "network:127.0.0.1" }).first("count"))?.count;
  const press = () => visitor.post("/login", fields).then(({ status }) => status);
  /** Presses have arrived when a later request has been answered. */
  const arrived = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) await visitor.get("/login");
  };
  return { press, tries, arrived, go };
}

test("a wrong password sent twice counts once, and is checked again if it is sent later", async () => {
  const { press, tries, arrived, go } = await slowLogIn();
  const answers = Promise.all([press(), press(), press()]);
  await arrived();
  go();
  expect([await answers, await tries()]).toEqual([[422, 422, 422], 1]);
  await press();
  expect(await tries()).toBe(2);
});

test("a press whose process was killed is waited for at most twenty seconds", async () => {
  const { press, tries, go } = await slowLogIn();
  const first = press();
  await eventually(tries);
  const created_at = new Date(Date.now() - 20_000).toISOString();
  await roster.db("submissions").update({ created_at });
  const second = press();
  await eventually(async () => (await tries()) === 2);
  go();
  expect([await second, await first, await tries()]).toEqual([422, 422, 2]);
});

test("a refused form can be sent again when the reason is gone", async () => {
  const admin = await logIn(roster, "ada");
  const path = `/admin/managers/${roster.people.mia.id}/role`;
  const form = { ...formFields((await admin.get(path)).text), role: "nothing" };
  expect((await admin.post(path, form)).status).toBe(422);
  expect((await admin.post(path, { ...form, role: "manager" })).status).toBe(303);
  await admin.submit(path, { role: "member" });
  await roster.db("submissions").update({ created_at: "2026-01-01T00:00:00.000Z" });
  expect((await admin.post(path, { ...form, role: "manager" })).status).toBe(303);
  expect((await roster.db("users").where({ id: roster.people.mia.id }).first()).role).toBe("manager");
});

test("what is kept for a minute is unreadable in the database and is removed", async () => {
  const press = await all["/profile/second-factor/recovery-codes"]?.();
  if (!press) throw new Error("no such button");
  const answer = await (await prepare(press))();
  const [code = ""] = shownCodes(answer.text);
  const rows = await roster.db("submissions");
  expect(rows.length).toBeGreaterThan(0);
  const kept = JSON.stringify(rows) + rows.map(({ response }) => Buffer.from(response ?? "", "base64url")).join();
  expect([code === "", kept.includes(code), kept.includes("recovery codes")]).toEqual([false, false, false]);
  await roster.db("submissions").update({ created_at: "2026-01-01T00:00:00.000Z" });
  await runMaintenance(roster.deps);
  expect(await roster.db("submissions")).toEqual([]);
});

test("refused log-ins and pages for visitors keep nothing", async () => {
  await roster.db("submissions").del();
  const visitor = visit(roster);
  for (const email of ["one@example.com", "two@example.com"]) {
    await visitor.submit("/login", { email, password: "wrong" });
    await visitor.submit("/forgot-password", { email });
  }
  expect(await roster.db("submissions")).toEqual([]);
});
