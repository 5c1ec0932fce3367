import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ApiProblem, clientOf, keyOf, problemName } from "../support/api-client.ts";
import { emptyDisk, fillDisk } from "../support/full-disk.ts";
import { headings, words } from "../support/html.ts";
import { password } from "../support/people.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { storedUser } from "../support/records.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { testIf } from "../support/test-if.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

// The whole application on a data file that cannot grow, and then can again.

let roster: Roster;
let ada: Visitor;
let key: string;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  await ada.get(`/admin/managers/${roster.people.mia.id}`);
  key = await keyOf(roster, roster.people.ada);
});
afterAll(() => roster.close());
beforeEach(() => roster.db("throttles").where("key", "like", "network:%").update({ count: 0 }));

const rename = (firstName: string) =>
  ada.submit(`/admin/managers/${roster.people.mia.id}/personal-information`, { firstName });
const failures = (): { request: string; err: { code: string } }[] =>
  roster
    .log()
    .split("\n")
    .filter((line) => line.includes("nothing can be saved"))
    .map((line) => JSON.parse(line));

describe("while the disk is full,", () => {
  beforeAll(() => fillDisk(roster));
  afterAll(() => emptyDisk(roster));

  test("nothing is saved, a page of the usual layout says so, and the log has one line for it", async () => {
    const before = await storedUser(roster, roster.people.mia);
    const logged = failures().length;
    const page = await rename("Mary");
    expect([page.status, headings(page.text, 1)]).toEqual([507, ["Roster can’t save anything right now"]]);
    expect(words(page.text)).toContain("Nothing was changed, and you can still read pages.");
    expect(words(page.text)).toContain("Managers");
    expect(await storedUser(roster, roster.people.mia)).toEqual(before);
    const lines = failures().slice(logged);
    expect(lines.map(({ err }) => err.code)).toEqual([isOnPostgres ? "53100" : "SQLITE_FULL"]);
    expect(page.text).toContain(lines[0]?.request);
    expect(JSON.stringify(lines)).not.toContain("Mary");
  });

  test("pages can be read", async () => {
    const { id } = roster.people.mia;
    for (const path of ["/admin/managers?search=mia", `/admin/managers/${id}`, `/admin/managers/${id}/role`])
      expect([path, (await ada.get(path)).status]).toEqual([path, 200]);
    for (const path of ["/admin/activity", "/admin/organization", "/api/docs"])
      expect([path, (await ada.get(path)).status]).toEqual([path, 200]);
    const me = await visit(roster).get("/api/v1/me").set("X-API-Key", key);
    expect([me.status, me.body.email]).toEqual([200, "ada@example.com"]);
    for (const path of ["/login", "/forgot-password"]) expect((await visit(roster).get(path)).status).toBe(200);
  });

  test("a refused page is still refused, although that cannot be recorded", async () => {
    const own = await startRoster();
    try {
      const max = await logIn(own, "max");
      await fillDisk(own);
      expect((await max.get("/admin/managers")).status).toBe(403);
      expect(own.log()).toContain("a refusal is not in history");
    } finally {
      await own.close();
    }
  });

  test("logging in answers the same for a right and a wrong password and an unknown email", async () => {
    for (const fields of [
      { email: "max@example.com", password },
      { email: "max@example.com", password: "wrong" },
      { email: "nobody@example.com", password },
    ]) {
      const page = await visit(roster).submit("/login", fields);
      expect([page.status, headings(page.text, 1)]).toEqual([507, ["Roster can’t save anything right now"]]);
    }
  });

  test("the API answers with a problem document", async () => {
    const client = await clientOf(roster, roster.people.ada).catch(() => undefined);
    expect(client).toBeUndefined();
    const headers = { "X-API-Key": key, "Content-Type": "application/merge-patch+json", "If-Match": "*" };
    const url = `${roster.url}/api/v1/users/${roster.people.mia.id}`;
    const etag = (await fetch(url, { headers: { "X-API-Key": key } })).headers.get("ETag") ?? "";
    const answer = await fetch(url, {
      method: "PATCH",
      headers: { ...headers, "Content-Type": "application/json", "If-Match": etag },
      body: JSON.stringify({ firstName: "Mary" }),
    });
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([
      507,
      "application/problem+json; charset=utf-8",
    ]);
    expect(problemName({ error: (await answer.json()) as ApiProblem })).toBe("insufficient-storage");
  });
});

test("writing works again without a restart when there is room", async () => {
  await fillDisk(roster);
  expect((await rename("Mary")).status).toBe(507);
  await emptyDisk(roster);
  expect((await rename("Mary")).status).toBe(303);
  expect((await storedUser(roster, roster.people.mia)).first_name).toBe("Mary");
  const max = visit(roster);
  expect((await max.submit("/login", { email: "max@example.com", password })).status).toBe(303);
});

testIf(!isOnPostgres, "PostgreSQL has no integrity check")("a full disk does not damage the data file", async () => {
  await fillDisk(roster);
  expect((await rename("Marie")).status).toBe(507);
  await emptyDisk(roster);
  const [{ integrity_check }] = await roster.db.raw("pragma integrity_check");
  expect(integrity_check).toBe("ok");
});

test("a log-in that cannot be recorded does not happen", async () => {
  const allow = await refuseWrites(roster.db, "insert", "activity", { when: "new.action = 'user.logged-in'" });
  const mia = visit(roster);
  expect((await mia.submit("/login", { email: "mia@example.com", password })).status).toBe(500);
  expect((await mia.get("/profile")).status).toBe(303);
  expect(await roster.db("sessions").where({ user_id: roster.people.mia.id })).toEqual([]);
  await allow();
  expect((await mia.submit("/login", { email: "mia@example.com", password })).status).toBe(303);
});
