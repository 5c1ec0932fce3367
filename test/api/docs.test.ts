import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { problemNames, problems } from "../../src/api/problems.ts";
import { apiTable } from "../../src/api/table.ts";
import { headings, words } from "../support/html.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;
let html: string;

beforeAll(async () => {
  roster = await startRoster();
  html = (await visit(roster).get("/api/docs")).text;
});
afterAll(() => roster.close());

const manual = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
const ids = (): string[] => [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id);

test("the API documentation page is open to anyone, starts no session and has no script", async () => {
  const answer = await visit(roster).get("/api/docs");
  expect([answer.status, answer.headers["set-cookie"]]).toEqual([200, undefined]);
  expect(headings(html, 1)).toEqual(["API documentation"]);
  expect(html).not.toMatch(/<script|\sstyle=|\son\w+=/);
});

test("the API documentation page shows every operation with a command to copy", () => {
  const text = words(html);
  for (const { method, path } of apiTable) {
    expect(text).toContain(`${method.toUpperCase()} /api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const address = `${roster.url}/api/v1${path.replaceAll(/:\w+/g, "7")}`;
    const option = method === "get" ? "" : `-X ${method.toUpperCase()} `;
    expect(text).toContain(`curl ${option}-H "X-API-Key: $KEY" "${address}`);
  }
});

test("the API documentation page explains the type of every problem, and its anchors are unique", () => {
  expect(ids()).toEqual(expect.arrayContaining(problemNames));
  expect(new Set(ids()).size).toBe(ids().length);
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target = ""]) => target);
  expect(targets.filter((target) => !ids().includes(target))).toEqual([]);
  for (const name of problemNames) expect(words(html)).toContain(problems[name].meaning.replaceAll("`", ""));
});

test("docs/api.md explains every problem under its status", () => {
  const explained = [...manual.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| \S/gm)];
  expect(explained.map(([, name, status]) => [name, Number(status)])).toEqual(
    problemNames.map((name) => [name, problems[name].status]),
  );
});

test("docs/api.md mentions only operations that exist", () => {
  const named = [...manual.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`?\s]*)/g)];
  const known = apiTable.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, method, path]) => `${method} ${path}`).filter((name) => !known.includes(name))).toEqual([]);
});
