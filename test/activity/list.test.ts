import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { auditedChange } from "../../src/audit/audited-change.ts";
import { findCurrentUser } from "../../src/users/current-user-queries.ts";
import { headings, linkTo, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;
const page = "/admin/activity";

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

/** The entries of a page as text, without their origin. */
const rows = (html: string): string[] =>
  (/<ol\b[\s\S]*<\/ol>/.exec(html)?.[0] ?? "")
    .split(/(?=<p class="history-what">)/)
    .slice(1)
    .map((row) => words(row.replace(/,\s<span class="from"[\s\S]*?<\/span>/, "")).replace(/\b\d\d:\d\d\b/, "09:30"));
const read = async (path = page) => {
  const { status, text } = await ada.get(path);
  return { status, text, rows: rows(text) };
};

test("the activity page lists who changed what, newest first, with both values and the time", async () => {
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { firstName: "Zoe" });
  await ada.submit(`/admin/managers/${zoe.id}/role`, { role: "manager" });
  const found = await read();
  expect([found.status, headings(found.text, 1)]).toEqual([200, ["Activity"]]);
  expect(found.rows.slice(0, 3)).toEqual([
    "Ada Lovelace changed Zoe O'Neill’s role from Member to Manager 09:30 from 127.0.0.1 Undo this change",
    "Ada Lovelace changed Zoe O'Neill’s personal information First name: Zoë became Zoe 09:30 from 127.0.0.1 Undo this change",
    expect.stringContaining("created Zoe O'Neill First name: Zoë Last name: O'Neill"),
  ]);
  expect(linkTo(found.text, "Zoe O'Neill")).toBe(`/admin/managers/${zoe.id}`);
  expect(found.text).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[\d:.]+Z" title="[^"]+ UTC">\d\d:\d\d<\/time>/);
});

test("the activity page names actors who are not users: a visitor, Roster, the operator", async () => {
  const { organizationId } = (await findCurrentUser(roster.db, zoe.id)) ?? {};
  if (!organizationId) throw new Error("nobody there");
  for (const kind of ["operator", "system", "visitor"] as const)
    await auditedChange(
      roster.db,
      { actor: { kind }, organizationId, subjectId: zoe.id, action: "photo.removed" },
      async () => ({}),
    );
  const found = await read();
  expect(found.rows.slice(0, 3).map((row) => /^(.+) removed Zoe/.exec(row)?.[1])).toEqual([
    "Someone not logged in",
    "Roster",
    "The operator",
  ]);
});

test("the activity page shows what people typed as text", async () => {
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { lastName: "<b>O'X</b>" });
  const { text } = await read();
  expect(text).not.toContain("<b>O");
  expect(text).toContain("&lt;b&gt;O&#39;X&lt;/b&gt;");
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { lastName: "O'Neill" });
});

test("the activity page with ?user= lists only the history of that user", async () => {
  const found = await read(`${page}?user=${zoe.id}`);
  expect(found.rows.length).toBeGreaterThan(5);
  expect(found.rows.filter((row) => !row.includes("Zoe O'Neill"))).toEqual([]);
  expect(words(found.text)).toContain("Only the history of Zoe O'Neill. Show everyone’s");
  expect(linkTo(found.text, "Show everyone’s")).toBe(page);
});

test("the activity page shows nothing of another organization's history", async () => {
  const { eve } = roster.people;
  await (await logIn(roster, "eve")).submit(`/admin/managers/${eve.id}/personal-information`, {
    lastName: "Elsewhere",
  });
  expect((await read()).text).not.toContain("Else");
  const found = await read(`${page}?user=${eve.id}`);
  expect([found.rows, found.text.includes("Else")]).toEqual([[], false]);
  const hers = (await (await logIn(roster, "eve")).get(page)).text;
  expect([hers.includes("Elsewhere"), hers.includes("Lovelace")]).toEqual([true, false]);
});

test("the activity page leads page by page to the oldest row, each row once, and back to the newest", async () => {
  for (let i = 0; i < 60; i++)
    await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { firstName: `Zoe${i}` });
  for (const start of [page, `${page}?user=${zoe.id}`]) {
    const seen: string[][] = [];
    for (let next: string | undefined = start; next; ) {
      const found = await read(next);
      seen.push(found.rows);
      const newest = linkTo(found.text, "Newest");
      expect(newest).toBe(next === start ? undefined : start);
      next = linkTo(found.text, "Older");
    }
    const where = start === page ? {} : { subject_id: zoe.id };
    const { organization_id } = await roster.db("users").where({ id: zoe.id }).first();
    const kept = await roster
      .db("activity")
      .where({ ...where, organization_id })
      .orderBy("id", "desc");
    expect(seen.map((rows) => rows.length)).toEqual([50, kept.length - 50]);
    expect(seen[0]?.[0]).toContain("First name: Zoe58 became Zoe59");
    expect(new Set(seen.flat().filter((row) => row.includes("became Zoe"))).size).toBe(61);
  }
});

test.each([
  ...["before=x", "before=0", "before=-1", "before=1&before=2", "user[a]=1"],
  ...["after=x", "user=%00", "action[]=role.updated"],
])("the activity page ignores the invalid ?%s and shows the newest rows", async (query) => {
  const found = await read(`${page}?${query}`);
  expect([found.status, found.rows[0]]).toEqual([200, expect.stringContaining("Zoe59")]);
});

test("the activity page shows with each row where the request came from, in a few words", async () => {
  ada.agent.set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 <b>Firefox/140.0");
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { firstName: "Zoe" });
  const { text } = await read();
  expect(text).toContain('title="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 &lt;b&gt;Firefox/140.0">');
  expect(words(text)).toContain("from 127.0.0.1, Firefox on Linux");
  expect(words((await ada.get(`/admin/managers/${zoe.id}`)).text)).toContain("from 127.0.0.1, Firefox on Linux");
});

test("Newer leads back through the pages that Older opened, even while rows are added", async () => {
  const ids = (html: string) =>
    [...html.matchAll(/>(Zoe\d+)<\/bdi><\/ins>|datetime="([^"]+)"/g)].map(([all]) => all).join();
  const first = await read();
  const second = await read(linkTo(first.text, "Older"));
  await ada.submit(`/admin/managers/${zoe.id}/personal-information`, { firstName: "Later" });
  const back = await read(linkTo(second.text, "Newer"));
  expect(ids(back.text)).toBe(ids(first.text));
  const newest = await read(linkTo(back.text, "Newer"));
  expect([newest.rows.length, newest.rows[0]]).toEqual([1, expect.stringContaining("Later")]);
  expect([linkTo(newest.text, "Newer"), linkTo(newest.text, "Newest")]).toEqual([undefined, page]);
  expect(ids((await read(linkTo(newest.text, "Older"))).text)).toBe(ids(first.text));
});

test("the activity page counts this hour's refused log-ins above the list unless a filter excludes them", async () => {
  for (let i = 0; i < 2; i++) await visit(roster).submit("/login", { email: zoe.email, password: "wrong" });
  await visit(roster).submit("/login", { email: "nobody@example.com", password: "wrong" });
  const line = "2 refused log-ins from 127.0.0.0/24 since";
  for (const query of ["", "?action=log-in.refused", "?from=2026-01-01", "?to=2999-01-01"])
    expect(words((await read(page + query)).text)).toContain(line);
  for (const query of ["?action=role.updated", "?from=2999-01-01", "?to=2026-01-01", `?user=${zoe.id}`, "?actor=ada"])
    expect(words((await read(page + query)).text)).not.toContain(line);
  expect(words((await (await logIn(roster, "eve")).get(page)).text)).not.toContain("refused log-in");
});

test("the activity page past the oldest row is empty and has a link back", async () => {
  const found = await read(`${page}?before=1`);
  expect([found.rows, words(found.text).includes("Nothing has happened yet.")]).toEqual([[], true]);
  expect(linkTo(found.text, "Newest")).toBe(page);
});
