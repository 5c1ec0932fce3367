import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const policy =
  "default-src 'none';style-src 'self';img-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'";

describe.each(["/login", "/admin/managers", "/profile", "/nothing-here", "/%E0%A4%A", "/api/v1/me", "/site.css"])(
  "the answer to %s",
  (path) => {
    test("has the headers that forbid the browser what no page needs", async () => {
      const { headers } = await ada.get(path);
      expect(headers).toMatchObject({
        "content-security-policy": policy,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(headers).not.toHaveProperty("strict-transport-security");
    });

    test("is not cached, unless it is a file", async () => {
      const cached = path === "/site.css" ? "public, max-age=3600" : "no-store";
      for (const visitor of [ada, visit(roster)])
        expect((await visitor.get(path)).headers["cache-control"]).toBe(cached);
    });
  },
);

test("a refused form and an error page are not cached", async () => {
  for (const answer of [await ada.post("/admin/organization"), await ada.submit("/admin/organization", { name: "" })])
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
});

test("the stylesheet's address changes with its content, so that browsers can cache it without end", async () => {
  const [, address = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec((await ada.get("/login")).text) ?? [];
  expect(address).toMatch(/^\/site\.css\?v=[0-9a-f]{12}$/);
  const file = await visit(roster).get(address);
  expect([file.status, file.headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
  expect(file.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  const other = await visit(roster).get("/site.css?v=0123456789ab");
  expect(other.headers["cache-control"]).toBe("public, max-age=3600");
});

test("no page contains a script", async () => {
  for (const path of ["/login", "/admin/managers", `/admin/managers/${roster.people.mia.id}`, "/nothing-here"])
    expect((await ada.get(path)).text).not.toMatch(/<script|javascript:|\son\w+=/i);
});

test("browsers must keep using https once they have seen it", async () => {
  const { url } = await startSecondServer(roster, { BASE_URL: "https://roster.acme.example" });
  const { headers } = await visit({ url }).get("/login");
  expect(headers["strict-transport-security"]).toBe("max-age=31536000");
});

test("/healthz says ok to anyone", async () => {
  const answer = await visit(roster).get("/healthz");
  expect([answer.status, answer.text, answer.headers["set-cookie"]]).toEqual([200, "ok\n", undefined]);
});
