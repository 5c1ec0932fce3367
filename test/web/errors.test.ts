import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generateKeyValue } from "../../src/api-keys/key.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { eventually } from "../support/eventually.ts";
import { headings, linkTo, titleOf, words } from "../support/html.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { giveResetLink, password } from "../support/people.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf, sessionIdOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

describe("an unknown address", () => {
  test("says so to everyone, with a way on", async () => {
    for (const [visitor, way] of [
      [ada, "Go to the start page"],
      [visit(roster), "Go to log-in"],
    ] as const) {
      const { status, text } = await visitor.get("/nothing-here?search=<b>");
      expect([status, titleOf(text), headings(text, 1)]).toEqual([404, "Page not found – Roster", ["Page not found"]]);
      expect(linkTo(text, way)).toBe("/");
      expect(text).not.toContain("<b>");
    }
  });

  test.each([
    "/%E0%A4%A",
    "/admin/managers/%E0%A4%A",
    "/reset-password/%",
    "/photos/%/x",
    "/%00",
    "/login/%2e%2e/%2e%2e/etc",
  ])("such as %s is a wrong request, not a server error", async (path) => {
    for (const visitor of [ada, visit(roster)]) {
      const { status, text } = await visitor.get(path);
      // A visitor is sent to the log-in page from everything under /admin, whether it exists or not.
      expect(path.startsWith("/admin") ? [303, 400] : [400, 404]).toContain(status);
      expect(text).not.toMatch(/URIError|node_modules| at /);
    }
  });

  test("under /api gets a problem document", async () => {
    const key = await generateKey(ada, roster.people.ada);
    const { status, headers, body } = await ada.get("/api/v1/nothing-here").set(withKey(key));
    expect([status, headers["content-type"]]).toEqual([404, "application/problem+json; charset=utf-8"]);
    expect(body).toMatchObject({ type: "/api/docs#not-found", title: "Not found", status: 404 });
  });
});

describe("a form that cannot be read", () => {
  const send = async (body: string, type = "application/x-www-form-urlencoded", path = "/admin/organization") =>
    ada.agent.post(path).set("Content-Type", type).send(body);
  const form = async () => `_csrf=${await ada.token("/login")}`;

  test.each<[string, number, () => Promise<{ status: number; text: string }>]>([
    ["too large", 413, async () => send(`${await form()}&name=${"x".repeat(70_000)}`)],
    ["of too many fields", 413, async () => send(`${await form()}${"&a=b".repeat(200)}`)],
    ["JSON", 415, async () => send(JSON.stringify({ name: "New" }), "application/json")],
    ["plain text", 415, async () => send(`${await form()}&name=New`, "text/plain")],
    ["a multipart form", 415, async () => send("x", "multipart/form-data; boundary=x")],
    [
      "in an unknown charset",
      415,
      async () => send(`${await form()}&name=New`, "application/x-www-form-urlencoded; charset=utf-7"),
    ],
    [
      "in an unknown encoding",
      415,
      async () => ada.agent.post("/login").set("Content-Encoding", "x").type("form").send("a=b"),
    ],
    [
      "not compressed as it says",
      400,
      async () => ada.agent.post("/login").set("Content-Encoding", "gzip").type("form").send("a=b"),
    ],
    ["not multipart where it must be", 415, async () => send(await form(), undefined, "/profile/photo")],
    [
      "a multipart form without its end",
      400,
      async () => send("--x\r\n", "multipart/form-data; boundary=x", "/profile/photo"),
    ],
    ["cut off in a percent-encoding", 400, async () => send(`${await form()}&name=%`)],
    ["not UTF-8", 400, async () => send(`${await form()}&name=%E0%A4%A&name`)],
    ["a multipart form without a boundary", 400, async () => send("x", "multipart/form-data", "/profile/photo")],
  ])("because it is %s answers %i and changes nothing", async (_, status, request) => {
    const answer = await request();
    expect([answer.status, headings(answer.text, 1).length]).toEqual([status, 1]);
    expect(answer.text).not.toMatch(/node_modules|Error:/);
    expect(await roster.db("organizations").pluck("name")).toEqual(["Acme", "Globex"]);
  });

  test("because it is too large is refused before anything of a visitor's form is read", async () => {
    expect((await visit(roster).post("/login", { email: "x".repeat(70_000) })).status).toBe(413);
    expect((await visit(roster).post("/admin/organization", { name: "x".repeat(70_000) })).status).toBe(303);
  });
});

describe("a server error", () => {
  const number = /give this number to the person who runs Roster: ([\w-]{36})/;
  beforeEach(() => roster.db.raw("alter table activity rename to activity_away"));
  afterEach(() => roster.db.raw("alter table activity_away rename to activity"));

  test("shows only a number, which the log has too", async () => {
    const { status, text } = await ada.get("/admin/activity");
    expect([status, headings(text, 1)]).toEqual([500, ["Something went wrong"]]);
    const [, id = "missing"] = number.exec(words(text)) ?? [];
    expect(text).not.toMatch(/sql|activity_away|no such table|relation|node_modules/i);
    const line = roster
      .log()
      .split("\n")
      .find((line) => line.includes(id));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ level: 50, request: id, msg: "request failed" });
    expect(line).toMatch(/no such table: activity|relation \\"activity\\" does not exist/);
  });

  test.each([
    ["history", async () => async () => undefined],
    ["a new user", () => refuseWrites(roster.db, "insert", "users")],
    ["a user", () => refuseWrites(roster.db, "update", "users")],
  ])("while writing %s changes nothing, and the log has no secret", async (_, refuse) => {
    const allow = await refuse();
    const fresh = "copper lantern drizzle";
    const before = await roster.db("users").orderBy("id");
    const link = await giveResetLink(roster, roster.people.mia);
    const sent = [
      await ada.submit(`/admin/managers/${roster.people.mia.id}/personal-information`, {
        email: "new-name@example.com",
      }),
      await ada.submit("/admin/managers/new", {
        ...{ firstName: "Secret", lastName: "Name", email: "secret-name@example.com", role: "member" },
        ...{ password: fresh, confirmPassword: fresh },
      }),
      await ada.submit(`/admin/managers/${roster.people.mia.id}/password`, { password: fresh, confirmPassword: fresh }),
      await visit(roster).submit(link, { password: fresh, confirmPassword: fresh }),
    ];
    await allow();
    expect(sent.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
    expect(await roster.db("users").orderBy("id")).toEqual(before);
    const secrets = [
      "new-name",
      "secret-name",
      "mia@example.com",
      fresh,
      "$2b$",
      link.slice(-43),
      hashToken(link.slice(-43)),
    ];
    expect(secrets.filter((secret) => roster.log().includes(secret))).toEqual([]);
  });

  test("under /api is a problem document without details", async () => {
    await roster.db.raw("alter table api_keys rename to api_keys_away");
    const answer = await visit(roster).agent.get("/api/v1/me").set("X-API-Key", generateKeyValue());
    await roster.db.raw("alter table api_keys_away rename to api_keys");
    expect(answer.body).toEqual({
      type: "/api/docs#internal-error",
      title: "Something went wrong",
      status: 500,
      detail: expect.stringContaining("Nothing was changed."),
      requestId: expect.any(String),
    });
    expect(roster.log()).toContain(answer.body.requestId);
  });
});

describe("the log", () => {
  /** The line of a request, which is written when the response has been sent. */
  const lineOf = async (id = "missing"): Promise<object> =>
    JSON.parse(
      await eventually(() =>
        roster
          .log()
          .split("\n")
          .find((line) => line.includes(`"request":"${id}"`) && line.includes('"ms":')),
      ),
    );

  test("has one line for each request, with the route's pattern and never the address", async () => {
    const { mia } = roster.people;
    await ada.get(`/admin/managers/${mia.id}?search=private-words`);
    const line = await eventually(() =>
      roster
        .log()
        .split("\n")
        .find((text) => text.includes('"/admin/managers/:id"')),
    );
    const { request, ms, time, ...rest } = JSON.parse(line);
    const seen = { level: 30, method: "GET", route: "/admin/managers/:id", status: 200, user: roster.people.ada.id };
    expect(rest).toEqual(seen);
    expect(roster.log()).not.toContain("private-words");
  });

  test("names an API route by its pattern, also without a valid key, and an unknown one as /api/v1", async () => {
    const { agent } = visit(roster);
    const key = withKey(await generateKey(ada, roster.people.ada));
    const asked: [string, Record<string, string>, number, string][] = [
      ["/api/v1/users/17/api-keys/18", {}, 401, "/api/v1/users/:id/api-keys/:keyId"],
      ["/api/v1/nobody@example.com", {}, 401, "/api/v1"],
      ["/api/v1/nobody@example.com", key, 404, "/api/v1"],
      ["/api/v1/users/17/activate", key, 404, "/api/v1/users/:id/activate"],
      ["/api/v1/openapi.json", {}, 200, "/api/v1/openapi.json"],
    ];
    for (const [path, headers, status, route] of asked) {
      const answer = await agent.get(path).set(headers);
      expect([path, answer.status]).toEqual([path, status]);
      expect(await lineOf(answer.headers["x-request-id"])).toMatchObject({ status, route });
    }
    expect(roster.log()).not.toContain("nobody@example.com");
  });

  test("has the number that every response carries in X-Request-Id, which no request can choose", async () => {
    const { agent } = visit(roster);
    const chosen = "00000000-0000-4000-8000-000000000000";
    const numbers = new Set<string>();
    for (const path of ["/login", "/nothing-here", "/site.css", "/healthz", "/api/v1/me"]) {
      const { status, headers } = await agent.get(path).set("X-Request-Id", chosen);
      expect(await lineOf(headers["x-request-id"])).toMatchObject({ status, method: "GET" });
      numbers.add(headers["x-request-id"] ?? "");
    }
    expect([numbers.size, numbers.has(chosen)]).toEqual([5, false]);
  });

  test("has no password, token, cookie or email, whatever was sent", async () => {
    const visitor = visit(roster);
    const token = await visitor.token("/login");
    const link = await giveResetLink(roster, roster.people.mia);
    await visitor.submit("/login", { email: "ada@example.com", password: "wrong-password-1" });
    await visitor.submit("/login", { email: "ada@example.com", password });
    await visitor.get(`${link}`);
    await visitor.get(`/%E0%A4%A${link}`);
    await visitor.get(`/setup?token=${link.slice(-43)}`);
    await visitor.post("/login", { password: `${password}${"x".repeat(70_000)}` });
    await visitor.agent.get("/api/v1/me").set("Authorization", "Bearer roster_private");
    await visitor.submit("/admin/organization", { name: "" });
    const secrets = [password, "wrong-password", "ada@example.com", token, link.slice(-43), "roster_private"];
    secrets.push(
      sessionIdOf(visitor),
      hashToken(sessionIdOf(visitor)),
      cookieOf(visitor),
      roster.deps.config.sessionSecrets[0] ?? "",
    );
    await eventually(() => roster.log().includes('"route":"/api/v1/me"'));
    expect(secrets.filter((secret) => roster.log().includes(secret))).toEqual([]);
  });
});
