import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn } from "../support/visitor.ts";

let roster: Roster;
let key: string;
let cookie: string;
beforeAll(async () => {
  roster = await startRoster();
  key = await keyOf(roster, roster.people.ada);
  cookie = cookieOf(await logIn(roster, "ada"));
});
afterAll(() => roster.close());

/** The answer to a request for this target, byte for byte. */
function ask(
  target: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; location?: string; text: string }> {
  const { hostname, port } = new URL(roster.url);
  const lines = Object.entries({ Host: "roster.example", Connection: "close", ...headers });
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`),
    );
    socket.setEncoding("utf8").on("data", (data) => {
      text += data;
    });
    socket.on("error", reject).on("close", () => {
      const [, location] = /^Location: (.*)\r$/im.exec(text) ?? [];
      resolve({ status: Number(text.split(" ")[1]), ...(location !== undefined && { location }), text });
    });
  });
}

test.each([
  ["http://evil.example/", "/"],
  ["http://evil.example", "/"],
  ["http://user:pw@evil.example:8080/profile?a=b", "/profile?a=b"],
  ["HTTPS://evil.example/admin/managers?search=http://x", "/admin/managers?search=http://x"],
])("only the path of the target %s goes into next", async (target, path) => {
  expect(await ask(target)).toMatchObject({ status: 303, location: `/login?next=${encodeURIComponent(path)}` });
});

test("a page requested by a full URL contains no other site's name", async () => {
  const { status, text } = await ask("http://evil.example/admin/managers", { Cookie: cookie });
  expect([status, text.includes("evil.example")]).toEqual([200, false]);
  expect((await ask("http://evil.example/api/v1/me", { "X-API-Key": key })).status).toBe(200);
});

test("the API answers only under /api/v1, so that a proxy's rule for /api/ covers all of it", async () => {
  expect((await ask("/api/v1/me", { "X-API-Key": key })).status).toBe(200);
  for (const target of [
    ...["/API/v1/me", "/Api/V1/me", "/api/V1/me", "//api/v1/me", "///api/v1/me", "/./api/v1/me", "/x/../api/v1/me"],
    ...[
      "/%61pi/v1/me",
      "/api%2fv1/me",
      "/%2fapi/v1/me",
      "/api;/v1/me",
      "/api/v1;/me",
      "/api\\v1/me",
      "/api\\v1\\me#",
      "\\api\\v1\\me",
    ],
    ...[
      "/\u00e0pi/v1/me",
      "/api/v1#/me",
      "http://x/API/v1/me",
      "http://x//api/v1/me",
      "api/v1/me",
      "/API/V1/openapi.json",
    ],
  ]) {
    const { status } = await ask(target, { "X-API-Key": key });
    expect([target, status === 404 || status === 400]).toEqual([target, true]);
  }
});

test("a page answers only at one spelling of its address", async () => {
  for (const target of [
    "/Login",
    "/LOGIN",
    "/ADMIN/managers",
    "/admin/Managers",
    "//login",
    "/Healthz",
    "/readyZ",
    "/SITE.css",
  ])
    expect([target, (await ask(target, { Cookie: cookie })).status]).toEqual([target, 404]);
});
