import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import pino from "pino";
import { signSecret } from "../../src/web/form-secret.ts";
import { headings, words } from "../support/html.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let max: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  max = await logIn(roster, "max");
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const page = "/profile/personal-information";
const firstName = async () => (await roster.db("users").where({ id: roster.people.max.id }).first()).first_name;
const advice =
  "This form expired, or was sent from another site. Nothing was changed. Go back, reload the page and send it again.";

describe("the token of a form", () => {
  test("in this browser's session is valid on every form, any number of times", async () => {
    const _csrf = await max.token("/login");
    for (const name of ["Maxi", "Max"])
      expect((await max.post(page, { _csrf, firstName: name, lastName: "O'Brien" })).status).toBe(303);
  });

  const bad: [string, (visitor: Visitor) => Promise<Record<string, string | string[]>>][] = [
    ["missing", async () => ({})],
    ["empty", async () => ({ _csrf: "" })],
    ["made up", async () => ({ _csrf: "HKGrjPRi-AXVsBMcLcfuMZ20RyuyIFtlz93I" })],
    ["another person's", async () => ({ _csrf: await (await logIn(roster, "mia")).token("/login") })],
    ["sent twice", async (visitor) => ({ _csrf: [await visitor.token(page), await visitor.token(page)] })],
    ["nested", async (visitor) => ({ "_csrf[0]": await visitor.token(page) })],
  ];
  test.each(bad)("is refused if it is %s, and the page says what to do", async (_, token) => {
    const fields = { ...(await token(max)), firstName: "Stolen", lastName: "Name" };
    const answer = await max.post(page, fields);
    expect(answer.status).toBe(403);
    expect(words(answer.text)).toContain(advice);
    expect(await firstName()).toBe("Max");
  });

  test.each([
    ["a header", (token: string) => max.agent.post(page).set("X-CSRF-Token", token)],
    ["another header", (token: string) => max.agent.post(page).set("CSRF-Token", token)],
    ["the address", (token: string) => max.agent.post(`${page}?_csrf=${token}`)],
  ])("counts only in the body, not in %s", async (_, request) => {
    const answer = await request(await max.token(page))
      .type("form")
      .send({ firstName: "Stolen", lastName: "Name" });
    expect([answer.status, await firstName()]).toEqual([403, "Max"]);
  });

  test("from before a log-in is invalid after it", async () => {
    const visitor = visit(roster);
    const form = formFields((await visitor.get("/login")).text);
    const first = await visitor.post("/login", { ...form, email: "max@example.com", password });
    const second = await visitor.post(page, { ...form, firstName: "Late", lastName: "Name" });
    expect([first.status, second.status, await firstName()]).toEqual([303, 403, "Max"]);
  });

  describe("without a session", () => {
    const key = "0123456789abcdef0123456789abcdef";
    const other = "fedcba9876543210fedcba9876543210";
    const later = () => Date.now() + 60_000;
    const secretIn = (cookie: string) => cookie.split(".")[1] ?? "";

    test.each<[string, (cookie: string) => string, number]>([
      ["unchanged", (cookie) => cookie, 422],
      ["missing", () => "", 403],
      [
        "signed by the secret that is being replaced",
        (cookie) => signSecret(other, { secret: secretIn(cookie), until: later() }),
        422,
      ],
      ["signed by another", (cookie) => signSecret("x".repeat(32), { secret: secretIn(cookie), until: later() }), 403],
      ["over half an hour old", (cookie) => signSecret(key, { secret: secretIn(cookie), until: Date.now() - 1 }), 403],
      ["extended by hand", (cookie) => cookie.replace(/^\d+/, String(later())), 403],
      ["another browser's", () => signSecret(key, { secret: "another", until: later() }), 403],
      ["made up", () => "1.2.3", 403],
    ])("is valid for half an hour, with its secret in a signed cookie: %s", async (_, change, status) => {
      const { url } = await startSecondServer(roster, { SESSION_SECRET: `${key},${other}` });
      const page = await fetch(`${url}/login`);
      const given = /roster-form=([^;]*)/.exec(page.headers.get("Set-Cookie") ?? "")?.[1] ?? "";
      const body = new URLSearchParams({ ...formFields(await page.text()), email: "x@example.com", password: "x" });
      const headers = { Cookie: `roster-form=${change(given)}` };
      const answer = await fetch(`${url}/login`, { method: "POST", headers, body, redirect: "manual" });
      expect(answer.status).toBe(status);
      if (status === 403) expect(headings(await answer.text(), 1)).toEqual(["This form was not accepted"]);
    });

    test("writes nothing, and stays valid in other tabs and beyond its first half hour", async () => {
      const before = await roster.db("sessions").count();
      const visitor = visit(roster);
      const first = formFields((await visitor.get("/login")).text);
      for (const path of ["/login", "/forgot-password", "/login?next=%2Fprofile"]) {
        const { headers } = await visitor.get(path);
        expect(headers["set-cookie"]).toEqual([
          expect.stringMatching(/^roster-form=[^;]+; Max-Age=1800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/),
        ]);
        await visit(roster).get(path);
      }
      expect((await visitor.post("/login", { ...first, email: "x@example.com", password: "x" })).status).toBe(422);
      expect(await roster.db("sessions").count()).toEqual(before);
    });
  });
});

describe("the origin of a form", () => {
  const answers = async (url: string, headers: Record<string, string>): Promise<number> => {
    const visitor = visit({ url });
    const form = formFields((await visitor.get("/login")).text);
    return (await visitor.post("/login", { ...form, email: "x@example.com", password: "x" }).set(headers)).status;
  };

  test.each<[Record<string, string>, number]>([
    [{}, 422],
    [{ Origin: "SELF" }, 422],
    [{ Origin: "SELF", "Sec-Fetch-Site": "same-origin" }, 422],
    [{ "Sec-Fetch-Site": "none" }, 422],
    [{ "Sec-Fetch-Site": "same-site" }, 403],
    [{ "Sec-Fetch-Site": "cross-site" }, 403],
    [{ Origin: "SELF", "Sec-Fetch-Site": "cross-site" }, 403],
    [{ Origin: "https://evil.example" }, 403],
    [{ Origin: "https://evil.example", "Sec-Fetch-Site": "same-origin" }, 403],
    [{ Origin: "null" }, 403],
    [{ Origin: "SELF.evil.example" }, 403],
    [{ Origin: "http://127.0.0.1:1" }, 403],
  ])("without BASE_URL must be this host: %j answers %i", async (headers, status) => {
    const own = Object.entries(headers).map(([name, value]) => [name, value.replace("SELF", roster.url)]);
    expect(await answers(roster.url, Object.fromEntries(own))).toBe(status);
  });

  test.each<[Record<string, string>, number]>([
    [{}, 422],
    [{ Origin: "http://roster.acme.example:8080" }, 422],
    [{ Origin: "http://roster.acme.example:8080", Host: "whatever.example" }, 422],
    [{ Origin: "http://roster.acme.example" }, 403],
    [{ Origin: "https://roster.acme.example:8080" }, 403],
    [{ Origin: "http://evil.example", Host: "evil.example" }, 403],
  ])("with BASE_URL must be BASE_URL: %j answers %i", async (headers, status) => {
    const { url } = await startSecondServer(roster, { BASE_URL: "http://roster.acme.example:8080/" });
    expect(await answers(url, headers)).toBe(status);
  });

  test("other than BASE_URL gets the right address, and the log has both, once for each origin", async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const { url } = await startSecondServer(roster, { BASE_URL: "https://roster.acme.example" }, { logger });
    const warnings = () => lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
    for (const origin of ["http://roster.acme.example", "https://www.roster.acme.example", "http://127.0.0.1:3000"]) {
      for (const path of ["/login", "/reset-password/a-secret-token", "/login"]) {
        const answer = await visit({ url }).post(path).set("Origin", origin);
        expect([answer.status, headings(answer.text, 1)]).toEqual([403, ["This form was not accepted"]]);
        expect(words(answer.text)).toContain("Open Roster at https://roster.acme.example and try again.");
      }
      expect(warnings().filter((line) => line.origin === origin)).toEqual([
        expect.objectContaining({ baseUrl: "https://roster.acme.example", route: "/login" }),
      ]);
    }
    for (let n = 0; n < 100; n++) await visit({ url }).post("/logout").set("Origin", `https://evil${n}.example`);
    expect(warnings().length).toBe(20);
    expect(lines.join()).not.toContain("a-secret-token");
  });

  test("on another site, by the word of the browser, is not logged as a warning", async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    const { url } = await startSecondServer(roster, { BASE_URL: "https://roster.acme.example" }, { logger });
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect((await visit({ url }).post("/login").set(headers)).status).toBe(403);
    expect(lines.join()).not.toContain("another address");
  });

  test("does not matter for reading", async () => {
    const headers = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
    expect((await visit(roster).get("/login").set(headers)).status).toBe(200);
  });

  test("is checked before anything is parsed, with the message for an invalid token", async () => {
    const answer = await max.agent
      .post(page)
      .set("Origin", "https://evil.example")
      .type("form")
      .send("x".repeat(100_000));
    expect(answer.status).toBe(403);
    expect(words(answer.text)).toContain(advice);
  });
});
