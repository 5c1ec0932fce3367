import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cookiePrefix } from "../../src/web/cookies.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let one: Roster;
let two: Roster;

beforeAll(async () => {
  one = await startRoster({ BASE_URL: "http://127.0.0.1:3000" });
  two = await startRoster({ BASE_URL: "http://127.0.0.1:3001" });
});
afterAll(async () => {
  await one.close();
  await two.close();
});

test("two Rosters at two ports of one host share no cookie, and no log-in ends another", async () => {
  const [here, there] = [visit(one), visit(two)];
  there.agent.jar = here.agent.jar;
  // Both have a form open and a notice waiting.
  for (const visitor of [here, there])
    expect((await visitor.submit("/login", { email: "max@example.com", password })).status).toBe(303);
  for (const visitor of [here, there])
    expect((await visitor.submit("/profile/personal-information", {})).headers.location).toBe("/profile");
  const access = { domain: "127.0.0.1", path: "/", secure: false, script: false };
  const names = here.agent.jar.getCookies(access).map(({ name }) => name);
  const parts = ["", "-form", "-known", "-notice"];
  expect(names.sort()).toEqual(["roster", "roster-3001"].flatMap((name) => parts.map((part) => name + part)).sort());
  for (const visitor of [here, there]) expect((await visitor.get("/profile")).text).toContain("information saved");
});

test.each<[Record<string, unknown>, boolean, string]>([
  [{ baseUrl: "http://localhost:3000", port: 3000 }, false, "roster"],
  [{ baseUrl: "http://localhost:3001", port: 3001 }, false, "roster-3001"],
  [{ baseUrl: "http://roster.example", port: 3000 }, true, "roster-80"],
  [{ baseUrl: "http://roster.example:8080", port: 3000 }, true, "roster-8080"],
  [{ baseUrl: "https://roster.example", port: 3001 }, true, "__Host-roster"],
  [{ baseUrl: "https://roster.example:8443", port: 3000 }, true, "__Host-roster-8443"],
  // Several processes, each at its own port.
  [{ baseUrl: "http://localhost:3007", port: 3007, databaseUrl: "postgres://localhost/roster" }, false, "roster"],
])("with %j (BASE_URL given: %s) the cookies are named %s", (config, baseUrlGiven, prefix) => {
  expect(cookiePrefix({ config: { ...one.deps.config, databaseUrl: undefined, ...config }, baseUrlGiven })).toBe(
    prefix,
  );
});
