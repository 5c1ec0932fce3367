import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { passTime } from "../support/guessing.ts";
import { errorsOf, headings, labels, linkTo, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, type Factor, giveSecondFactor, wrongCode } from "../support/second-factor.ts";
import { sessionIdOf, sessionOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let zoe: Person;
let phone: Factor;
const page = "/second-factor";

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  zoe = await addUser(roster.deps, { email: `zoe${performance.now()}@example.com`.replace(/\.(?=\d)/, "-") });
  phone = await giveSecondFactor(roster, zoe);
});
afterAll(() => roster.close());

/** A browser between password and code. */
const startLogIn = (): Promise<Visitor> => logIn(roster, zoe);
const isIn = async (visitor: Visitor): Promise<boolean> => (await visitor.get("/profile")).status === 200;
const actions = async (): Promise<string[]> => (await historyOf(roster, zoe)).map(({ action }) => action);

describe("log-in with a second factor", () => {
  test("asks for a code after the password, then leads to the requested page", async () => {
    const visitor = visit(roster);
    const first = await visitor.submit("/login?next=%2Fprofile%3Fa%3Db", { email: zoe.email, password });
    expect([first.status, first.headers.location]).toEqual([303, "/second-factor?next=%2Fprofile%3Fa%3Db"]);
    const asks = await visitor.get(first.headers.location ?? "");
    expect([asks.status, headings(asks.text, 1), labels(asks.text)]).toEqual([200, ["Enter your code"], ["Code"]]);
    expect(linkTo(asks.text, "Back to log-in")).toBe("/login");
    const answer = await visitor.submit(first.headers.location ?? "", { code: await phone.code() });
    expect([answer.status, answer.headers.location]).toEqual([303, "/profile?a=b"]);
    expect(await isIn(visitor)).toBe(true);
    expect(await actions()).toContain("user.logged-in");
  });

  test("opens nothing and records no log-in after the password alone", async () => {
    const visitor = await startLogIn();
    for (const path of ["/", "/profile", "/profile/second-factor", "/profile/second-factor/turn-off", "/new-password"])
      expect((await visitor.get(path)).headers.location).toMatch(/^\/login\?next=/);
    expect((await visitor.get("/login")).text).not.toContain("Log out");
    expect(await actions()).not.toContain("user.logged-in");
    expect((await storedUser(roster, zoe)).last_login_at).toBe("");
    expect(await sessionOf(roster, visitor)).toMatchObject({ user_id: null });
  });

  test("gives the session a new ID after the password and another one after the code", async () => {
    const visitor = visit(roster);
    await visitor.get("/login");
    const ids = [sessionIdOf(visitor)];
    await visitor.submit("/login", { email: zoe.email, password });
    ids.push(sessionIdOf(visitor));
    await visitor.submit(page, { code: await phone.code() });
    ids.push(sessionIdOf(visitor));
    expect(new Set(ids).size).toBe(3);
  });

  test("refuses and records a wrong code, and does not show it again", async () => {
    const visitor = await startLogIn();
    const code = wrongCode(phone.secret);
    const answer = await visitor.submit(page, { code });
    expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["code"]]);
    expect(answer.text).not.toContain(code);
    expect(await isIn(visitor)).toBe(false);
    const refused = (await historyOf(roster, zoe)).at(-1);
    expect(refused).toEqual({ action: "second-factor.refused", by: null, changes: {} });
  });

  test.each([
    ["", "Enter the code"],
    ["   ", "Enter the code"],
    ["1".repeat(101), "The code is too long; enter the 6 digits that your app shows"],
  ])("refuses %j without counting it as a try", async (code, message) => {
    const answer = await (await startLogIn()).submit(page, { code });
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { code: message }]);
    expect(await roster.db("throttles").where({ key: `code:${zoe.id}` })).toEqual([]);
  });

  test.each([-1, 0, 1])("takes the code of step %i from now, with spaces too", async (offset) => {
    const visitor = await startLogIn();
    // A step that ends before the code arrives would make the oldest one too old.
    await eventually(() => Date.now() % 30_000 < 15_000);
    const code = codeFor(phone.secret, Math.floor(Date.now() / 30_000) + offset);
    await phone.code();
    const answer = await visitor.submit(page, { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(answer.status).toBe(303);
  });

  test("refuses another user's code", async () => {
    const mias = await giveSecondFactor(roster, await addUser(roster.deps, { email: `other${zoe.id}@example.com` }));
    const visitor = await startLogIn();
    expect((await visitor.submit(page, { code: await mias.code() })).status).toBe(422);
    expect((await visitor.submit(page, { code: mias.recoveryCodes[0] })).status).toBe(422);
  });

  test("applies only to users who have one, and redirects others from the page for the code", async () => {
    expect(await isIn(await logIn(roster, "mia"))).toBe(true);
    for (const visitor of [visit(roster), await logIn(roster, "mia")]) {
      expect((await visitor.get(`${page}?next=%2Fprofile`)).headers.location).toBe("/login?next=%2Fprofile");
      expect((await visitor.get(`${page}?next=https://evil.example`)).headers.location).toBe("/login?next=%2F");
    }
  });
});

describe("each code works once:", () => {
  test("a used code is refused, and so is an older one", async () => {
    const code = await phone.code();
    expect((await (await startLogIn()).submit(page, { code })).status).toBe(303);
    const again = await (await startLogIn()).submit(page, { code });
    expect([again.status, errorsOf(again.text).code]).toEqual([422, expect.stringContaining("was already used")]);
    const older = codeFor(phone.secret, Math.floor(Date.now() / 30_000) - 1);
    expect((await (await startLogIn()).submit(page, { code: older })).status).toBe(422);
  });

  test.each(["code", "recovery code"])(
    "only one of five tries with one %s at the same moment gets in",
    async (kind) => {
      const code = kind === "code" ? await phone.code() : phone.recoveryCodes[3];
      const visitors = await Promise.all(Array.from({ length: 5 }, () => startLogIn()));
      const tokens = await Promise.all(visitors.map((visitor) => visitor.token(page)));
      const tries = visitors.map((visitor, index) => visitor.post(page, { _csrf: tokens[index], code }));
      const statuses = (await Promise.all(tries)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([303, 422, 422, 422, 422]);
    },
  );

  test("a recovery code logs in once, however it is typed, and is recorded and mailed", async () => {
    const [code = "", other = ""] = phone.recoveryCodes;
    const visitor = await startLogIn();
    expect((await visitor.submit(page, { code: ` ${code.toUpperCase().replaceAll("-", " ")}` })).status).toBe(303);
    expect(await isIn(visitor)).toBe(true);
    expect((await actions()).slice(-2)).toEqual(["second-factor.code-used", "user.logged-in"]);
    expect((await outbox(roster)).at(-1)).toMatchObject({
      to: zoe.email,
      subject: "A recovery code of your Roster account was used",
    });
    expect(words((await visitor.get("/profile")).text)).toContain("Recovery codes 9 left");
    expect((await (await startLogIn()).submit(page, { code })).status).toBe(422);
    expect((await (await startLogIn()).submit(page, { code: other })).status).toBe(303);
  });
});

describe("guessing codes is slow:", () => {
  test("after five wrong codes even the right one must wait in every new browser, and the page says how long", async () => {
    const [one, two] = [await startLogIn(), await startLogIn()];
    const code = wrongCode(phone.secret);
    for (const visitor of [one, two, one, two, one]) expect((await visitor.submit(page, { code })).status).toBe(422);
    for (const typed of [code, await phone.code()]) {
      const answer = await two.submit(page, { code: typed });
      expect(answer.status).toBe(429);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      expect(words(answer.text)).toContain("Too many wrong codes. Try again in 1 minute, or use a recovery code.");
    }
    expect(await isIn(two)).toBe(false);
    await passTime(roster, 60_000);
    expect((await two.submit(page, { code: await phone.code() })).status).toBe(303);
  });

  test("tries at the same moment all count", async () => {
    const visitor = await startLogIn();
    const code = wrongCode(phone.secret);
    // Each try needs its own form, because a repeated form gets the first response.
    const tokens: string[] = [];
    while (tokens.length < 12) tokens.push(await visitor.token(page));
    const tries = tokens.map((_csrf) => visitor.post(page, { _csrf, code }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(422), ...Array(7).fill(429)]);
  });

  test("a stranger's wrong codes do not lock out recovery codes, reset links and known browsers", async () => {
    const owner = await startLogIn();
    expect((await owner.submit(page, { code: await phone.code() })).status).toBe(303);
    await owner.post("/logout", { _csrf: await owner.token("/profile") });
    const stranger = await startLogIn();
    const code = wrongCode(phone.secret);
    for (let i = 0; i < 6; i++) expect((await stranger.submit(page, { code })).status).toBe(i < 5 ? 422 : 429);
    await owner.submit("/login", { email: zoe.email, password });
    expect((await owner.submit(page, { code: await phone.code() })).status).toBe(303);
    expect((await (await startLogIn()).submit(page, { code: phone.recoveryCodes[0] })).status).toBe(303);
    const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
    const link = await giveResetLink(roster, zoe);
    expect((await visit(roster).submit(link, { ...chosen, code: await phone.code() })).status).toBe(303);
  });

  test("a known browser, a reset link and a session each have their own five tries", async () => {
    const owner = await startLogIn();
    expect((await owner.submit(page, { code: await phone.code() })).status).toBe(303);
    const known = visit(roster);
    await known.submit("/login", { email: zoe.email, password });
    await known.submit(page, { code: await phone.code() });
    await known.post("/logout", { _csrf: await known.token("/profile") });
    await known.submit("/login", { email: zoe.email, password });
    const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
    const link = await giveResetLink(roster, zoe);
    const code = wrongCode(phone.secret);
    const places: [string, (code: string) => Promise<{ status: number }>][] = [
      ["known browser", (code) => known.submit(page, { code })],
      ["link", (code) => visit(roster).submit(link, { ...chosen, code })],
      ["session", (code) => owner.submit("/profile/second-factor/recovery-codes", { code })],
    ];
    for (const [place, type] of places) {
      for (let i = 0; i < 5; i++) expect([place, (await type(code)).status]).toEqual([place, 422]);
      expect([place, (await type(await phone.code())).status]).toEqual([place, 429]);
      expect([place, (await type("wrong-recovery-code")).status]).toEqual([place, 422]);
    }
    expect((await (await startLogIn()).submit(page, { code: await phone.code() })).status).toBe(303);
  });

  test("sixty wrong recovery codes lock only their network, and are recorded once an hour", async () => {
    const owner = await startLogIn();
    expect((await owner.submit(page, { code: await phone.code() })).status).toBe(303);
    await owner.post("/logout", { _csrf: await owner.token("/profile") });
    await owner.submit("/login", { email: zoe.email, password });
    const stranger = await startLogIn();
    const _csrf = await stranger.token(page);
    const [right = "", other = "", third = ""] = phone.recoveryCodes;
    for (let i = 0; i < 60; i++) await stranger.post(page, { _csrf, code: `wrong-${i}` });
    const answer = await stranger.post(page, { _csrf, code: right });
    expect([answer.status, words(answer.text)]).toEqual([
      429,
      expect.stringContaining("Too many wrong recovery codes"),
    ]);
    expect(await historyOf(roster, zoe, "second-factor.refused")).toHaveLength(1);
    expect((await stranger.post(page, { _csrf, code: await phone.code() })).status).toBe(303);
    expect((await owner.submit(page, { code: other })).status).toBe(303);
    const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
    const link = await giveResetLink(roster, zoe);
    expect((await visit(roster).submit(link, { ...chosen, code: third })).status).toBe(303);
  });

  test("the right code resets the count", async () => {
    const visitor = await startLogIn();
    for (let i = 0; i < 4; i++) await visitor.submit(page, { code: wrongCode(phone.secret) });
    expect((await visitor.submit(page, { code: await phone.code() })).status).toBe(303);
    const again = await startLogIn();
    for (let i = 0; i < 5; i++) expect((await again.submit(page, { code: wrongCode(phone.secret) })).status).toBe(422);
  });
});

describe("a log-in between password and code ends", () => {
  const ends = async (visitor: Visitor, _csrf: string): Promise<void> => {
    const answer = await visitor.post(page, { _csrf, code: await phone.code() });
    expect([answer.status, answer.headers.location]).toEqual([303, "/login?next=%2F"]);
    expect((await visitor.get("/login")).text).toContain("Log in again.");
    expect(await isIn(visitor)).toBe(false);
  };

  test("after five minutes", async () => {
    const visitor = await startLogIn();
    const _csrf = await visitor.token(page);
    const row = await sessionOf(roster, visitor);
    const data = JSON.parse(row.data);
    const left = Date.parse(data.pendingLogIn.until) - Date.now();
    expect([left > 290_000, left <= 300_000]).toEqual([true, true]);
    data.pendingLogIn.until = new Date(Date.now() - 1).toISOString();
    await roster
      .db("sessions")
      .where({ id_hash: row.id_hash })
      .update({ data: JSON.stringify(data) });
    await ends(visitor, _csrf);
  });

  test("when the password is changed", async () => {
    const visitor = await startLogIn();
    const _csrf = await visitor.token(page);
    const link = await giveResetLink(roster, zoe);
    const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };
    expect((await visit(roster).submit(link, { ...chosen, code: await phone.code() })).status).toBe(303);
    await ends(visitor, _csrf);
  });

  test("when the user is deactivated", async () => {
    const visitor = await startLogIn();
    const _csrf = await visitor.token(page);
    await roster.db("users").where({ id: zoe.id }).update({ status: "inactive" });
    await ends(visitor, _csrf);
  });
});

describe("a mailed reset link is one factor:", () => {
  const chosen = { password: "copper lantern drizzle", confirmPassword: "copper lantern drizzle" };

  test("the reset page also asks for a code, and saving needs it", async () => {
    const link = await giveResetLink(roster, zoe);
    const visitor = visit(roster);
    expect(labels((await visitor.get(link)).text)).toEqual(["New password", "Confirm new password", "Code"]);
    const before = await storedUser(roster, zoe);
    for (const code of ["", wrongCode(phone.secret)]) {
      const answer = await visitor.submit(link, { ...chosen, code });
      expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, ["code"]]);
    }
    expect((await visitor.post(link, { ...chosen, _csrf: await visitor.token(link) })).status).toBe(422);
    expect(await storedUser(roster, zoe)).toEqual(before);
    expect((await visitor.submit(link, { ...chosen, code: await phone.code() })).status).toBe(303);
    expect((await storedUser(roster, zoe)).password_hash).not.toBe(before.password_hash);
  });

  test("the second factor stays after a reset", async () => {
    await visit(roster).submit(await giveResetLink(roster, zoe), { ...chosen, code: await phone.code() });
    const answer = await visit(roster).submit("/login", { email: zoe.email, password: chosen.password });
    expect(answer.headers.location).toBe("/second-factor?next=%2F");
  });

  test("a weak password or an invalid link does not use up a code", async () => {
    const [code = ""] = phone.recoveryCodes;
    const link = await giveResetLink(roster, zoe);
    const visitor = visit(roster);
    const weak = { password: "short", confirmPassword: "short", code };
    expect((await visitor.submit(link, weak)).status).toBe(422);
    const _csrf = await visitor.token(link);
    await roster.db("one_time_links").del();
    expect((await visitor.post(link, { ...chosen, code, _csrf })).status).toBe(404);
    expect((await (await startLogIn()).submit(page, { code })).status).toBe(303);
  });
});

test("the log, the history and the data file contain no code, secret or recovery code", async () => {
  const code = await phone.code();
  const [recovery = ""] = phone.recoveryCodes;
  await (await startLogIn()).submit(page, { code });
  await (await startLogIn()).submit(page, { code: recovery });
  const tables = ["second_factors", "recovery_codes", "sessions", "activity", "throttles"];
  const rows = await Promise.all(tables.map((table) => roster.db(table).select()));
  const everything = JSON.stringify(rows) + roster.log();
  const [bytes] = [Buffer.from(`secret of user ${zoe.id}`.padEnd(20))];
  const secrets = [phone.secret, bytes.toString(), bytes.toString("base64"), bytes.toString("hex"), recovery];
  for (const secret of [...secrets, ...secrets.map((text) => text.toLowerCase()), recovery.replaceAll("-", "")])
    expect([secret, everything.includes(secret)]).toEqual([secret, false]);
  expect(roster.log()).not.toContain(code);
});
