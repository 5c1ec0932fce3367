import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

/** The status for a path that no client normalizes first. */
const statusOf = (path: string, method = "GET"): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(roster.url);
    request({ port, path, method }, (answer) => resolve(answer.resume().statusCode))
      .on("error", reject)
      .end();
  });

test("the stylesheet is served, and no file outside its folder", async () => {
  expect(await statusOf("/site.css")).toBe(200);
  const outside = [
    "package.json",
    ".env",
    ".git/config",
    "data/roster.db",
    "src/server.ts",
    "node_modules/ejs/package.json",
  ];
  const ways = ["/", "/../", "/%2e%2e/", "/..%2f", "/..%5c", "//../", "/site.css/../../"];
  for (const file of outside) {
    for (const way of ways) {
      const status = await statusOf(way + file);
      expect([way + file, status === 404 || status === 403 || status === 400]).toEqual([way + file, true]);
    }
  }
  expect([await statusOf("/site.css", "TRACE"), await statusOf("/login", "TRACE")]).toEqual([404, 404]);
});

test("no folder is listed", async () => {
  for (const path of ["/icons/", "/public/", "/site.css/"]) expect([path, await statusOf(path)]).toEqual([path, 404]);
});

test("no other site can embed a file or page, or keep a reference to its window", async () => {
  for (const path of ["/site.css", "/login", "/nothing-here"]) {
    const { headers } = await fetch(roster.url + path);
    expect(headers.get("Cross-Origin-Resource-Policy")).toBe("same-origin");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  }
});
