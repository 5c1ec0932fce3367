import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { runMaintenance } from "../../src/health/maintenance.ts";
import { changeBeforeTransaction } from "../support/change-before-transaction.ts";
import { download } from "../support/csv.ts";
import { buttons, headings, labels, linkTo, words } from "../support/html.ts";
import { checked, counts, head, importPage, lines } from "../support/imports.ts";
import { addUser, addUsers, type Person, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(() => {
  count += 1;
});
afterAll(() => roster.close());

const box = "Also change existing users";
const email = (name: string): string => `${name}${count}@example.com`;
const someone = (name: string, more: object = {}): Promise<Person> =>
  addUser(roster.deps, { email: email(name), firstName: "Some", lastName: "Body", ...more });
const find = (address: string) => roster.db("users").where({ email: address }).first();
const history = (address: string) =>
  roster
    .db("activity")
    .join("users", "users.id", "subject_id")
    .where({ email: address })
    .orderBy("activity.id")
    .pluck("action");
const file = (...rows: string[]): string => [head, ...rows, ""].join("\r\n");
const exported = async (query = ""): Promise<string> =>
  (await download(ada, `/admin/managers/export.csv${query}`)).body;

/** Presses Import on the page, and follows to what has happened. */
async function press(address: string, fields: Record<string, string> = {}, visitor = ada): Promise<string> {
  const answer = await visitor.submit(address, fields);
  if (answer.status !== 303) throw new Error(`${answer.status} ${words(answer.text)}`);
  for (;;) {
    const { text } = await visitor.get(String(answer.headers.location));
    if (!text.includes('http-equiv="refresh"')) return text;
  }
}

describe("the check of a file", () => {
  test("shows each line with what would happen, and writes nothing", async () => {
    const [same, other] = [await someone("same"), await someone("other", { role: "manager" })];
    const before = await roster.db("users").select();
    const { html } = await checked(
      ada,
      file(
        `${email("new")},New,Comer,Manager`,
        `${same.email},Some,Body,member`,
        `${other.email},Some,Other,member`,
        `eve@example.com,Eve,Else,member`,
        `${email("twice")},A,B,`,
        ` ${email("TWICE").toUpperCase()} ,A,B,boss`,
        `${email("short")},A,B`,
      ),
    );
    expect(counts(html)).toEqual({ Create: 2, Change: 1, Unchanged: 1, Wrong: 3 });
    expect(lines(html)).toEqual([
      `Create: New Comer ${email("new")} Line 2, Manager`,
      `Unchanged: Some Body ${same.email} Line 3, Member`,
      `Change: Some Other ${other.email} Last name: Body became Other Role: Manager became Member Line 4, Member`,
      "Wrong: Eve Else eve@example.com This email is already in use. Use another one. Line 5, Member",
      `Create: A B ${email("twice")} Line 6, Member`,
      `Wrong: A B ${email("TWICE").toUpperCase()} Unknown role. Use admin, manager or member Line 6 is about the same user Line 7, boss`,
      `Wrong: ${email("short")},A,B The number of cells differs from the number of columns Line 8`,
    ]);
    expect(labels(html)).toEqual([box]);
    expect(await roster.db("users").select()).toEqual(before);
  });

  test("shows the lines of one kind, and a hundred at a time", async () => {
    const rows = Array.from({ length: 250 }, (_, n) => `${email(`many${n}-`)},A,B,${n === 3 ? "boss" : ""}`);
    const { address, html } = await checked(ada, file(...rows));
    expect(lines(html)).toHaveLength(100);
    const second = (await ada.get(linkTo(html, "Next page") ?? "")).text;
    const third = (await ada.get(linkTo(second, "Next page") ?? "")).text;
    expect([lines(second).length, lines(third).length, linkTo(third, "Next page")]).toEqual([100, 50, undefined]);
    expect(lines((await ada.get(linkTo(html, "Wrong: 1") ?? "")).text)).toEqual([expect.stringContaining("Line 5")]);
    for (const query of ["show=x&page=999", "page=-1", "show=wrong&show=create", "page=9999"])
      expect([query, (await ada.get(`${address}?${query}`)).status]).toEqual([query, 200]);
  });

  test("leaves out your own Admin role, the last active Admin's, and a status that differs", async () => {
    const { ada: me, ian, eve } = roster.people;
    const { address, html } = await checked(
      ada,
      `id,status,${head}\n${me.id},active,ada@example.com,Ada,Lovelace,member\n${ian.id},active,ian@example.com,Ian,Idle,\n${eve.id},,eve2@example.com,E,E,\n0x1,,f@example.com,F,F,\n,inactive,${email("new")},N,N,`,
    );
    expect(counts(html)).toEqual({ "Left out": 2, Wrong: 3 });
    expect(lines(html)).toEqual([
      expect.stringContaining("only active Admin"),
      expect.stringContaining("An import changes no status"),
      expect.stringContaining(`No user of your organization has the ID ${eve.id}`),
      expect.stringContaining("No user of your organization has the ID 0x1"),
      expect.stringContaining("A new user is active"),
    ]);
    expect(counts(await press(address))).toEqual({ "Left out": 2, Failed: 3 });
    expect((await find("ada@example.com")).role).toBe("admin");
  });
});

test("Import creates the users, leaves existing ones alone, and says what happened; history has each", async () => {
  const other = await someone("other");
  const { address } = await checked(ada, file(`${email("new")},Zoë,Müller,manager`, `${other.email},X,Y,`));
  const html = await press(address);
  expect([headings(html, 1), counts(html)]).toEqual([["The import is finished"], { Created: 1, "Left out": 1 }]);
  expect(lines(html)[1]).toContain("“Also change existing users” was not ticked");
  expect(await find(email("new"))).toMatchObject({ first_name: "Zoë", last_name: "Müller", role: "manager" });
  expect(await history(email("new"))).toEqual(["user.created", "user.invited"]);
  const row = await roster.db("activity").where({ action: "user.created" }).orderBy("id", "desc").first();
  expect(row).toMatchObject({ actor_id: roster.people.ada.id, address: "127.0.0.1" });
  expect(await find(other.email)).toMatchObject({ first_name: "Some", version: 1 });
  expect(linkTo((await ada.get("/admin/managers?search=müller")).text, "Zoë Müller")).toBeTruthy();
});

test("without a mail server each new user's invitation link can be downloaded, once, by the Admin alone", async () => {
  const { address } = await checked(
    ada,
    file(`${email("one")},One,Linked,member`, `${email("two")},=Two,Linked,member`),
  );
  const result = await press(address);
  expect(buttons(result)).toContain("Download the invitation links");
  const take = async (visitor = ada) =>
    visitor.post(`${address}/links`, { _csrf: await visitor.token("/admin/managers/import") });
  expect((await take(await logIn(roster, await someone("bob", { role: "admin" })))).status).toBe(404);
  const [first, ...rows] = (await take()).text.trimEnd().split("\r\n");
  expect(first).toBe("\u{feff}email,first_name,last_name,link");
  expect(rows.map((row) => row.split(",").slice(0, 3))).toEqual([
    [email("one"), "One", "Linked"],
    [email("two"), "'=Two", "Linked"],
  ]);
  const places = rows.map((row) => new URL(row.split(",")[3] ?? "").pathname);
  expect(new Set(places).size).toBe(2);
  for (const place of places) expect((await visit(roster).get(place)).status).toBe(200);
  expect((await take()).status).toBe(404);
  expect(buttons((await ada.get(address)).text)).not.toContain("Download the invitation links");
});

test("with the box ticked, existing users get the values that were shown, by ID a new email too", async () => {
  const [one, two, three] = [await someone("one"), await someone("two"), await someone("three")];
  const rows = [`${one.id},${email("moved")},Some,Body,`, `,${two.email},Other,Body,manager`, `,${three.email},T,T,`];
  const { address } = await checked(ada, `id,${head}\n${rows.join("\n")}`);
  await roster.db("users").where({ id: three.id }).update({ version: 2 });
  const html = await press(address, { changesUsers: "on" });
  expect(counts(html)).toEqual({ Changed: 2, "Left out": 1 });
  expect(lines(html)[2]).toContain("Someone changed this user after the file was checked");
  expect(await find(email("moved"))).toMatchObject({ id: one.id });
  expect(await find(two.email)).toMatchObject({ first_name: "Other", role: "manager" });
  expect(await history(two.email)).toEqual(["user.created", "personal-information.updated", "role.updated"]);
  expect(await find(three.email)).toMatchObject({ first_name: "Some" });
});

test("an untouched export is unchanged as a whole, and is the same file afterwards", async () => {
  await addUsers(roster.deps, [
    { email: `+plus${count}@example.com`, firstName: "=1+1", lastName: "@x" },
    { email: `'+plus${count}@example.com`, firstName: "'=1+1", lastName: `''-a;=b,"c" | -1` },
    { email: `=${count}@example.com`, firstName: `"-x"`, lastName: `Quote "q", comma` },
  ]);
  await roster.db("users").where({ email: "ian@example.com" }).update({ last_login_at: "2026-01-01T00:00:00.000Z" });
  for (const query of ["", "?sort=-lastLogin", "?role=member&sort=email"]) {
    const before = await exported(query);
    const { address, html } = await checked(ada, before);
    expect(counts(html)).toEqual({ Unchanged: before.split("\r\n").length - 2 });
    const versions = await roster.db("users").pluck("version");
    expect(counts(await press(address, { changesUsers: "on" }))).toEqual({
      Unchanged: before.split("\r\n").length - 2,
    });
    expect(await exported(query)).toBe(before);
    expect(await roster.db("users").pluck("version")).toEqual(versions);
  }
});

describe("nobody is created twice", () => {
  test("by two presses at the same moment, a press in another tab, the back button or an old tab", async () => {
    const { address } = await checked(ada, file(`${email("once")},A,B,`, `${email("also")},A,B,`));
    const [one, two] = await Promise.all([press(address), press(address)]);
    const later = await press(address);
    expect([one, two, later].map(counts)).toEqual(Array(3).fill({ Created: 2 }));
    expect(await roster.db("users").where("email", "in", [email("once"), email("also")])).toHaveLength(2);
    expect(
      await roster
        .db("activity")
        .where({ action: "user.created" })
        .where("changes", "like", `%${email("once")}%`),
    ).toHaveLength(1);
  });

  test("by two Admins who import the same file at the same moment", async () => {
    const bob = await logIn(roster, await someone("bob", { role: "admin" }));
    const rows = Array.from({ length: 60 }, (_, n) => `${email(`both${n}-`)},A,B,`);
    const [mine, his] = [await checked(ada, file(...rows)), await checked(bob, file(...rows))];
    const results = await Promise.all([press(mine.address), press(his.address, {}, bob)]);
    const sum = (kind: string): number => results.reduce((total, html) => total + (counts(html)[kind] ?? 0), 0);
    expect([sum("Created"), sum("Left out")]).toEqual([60, 60]);
    expect(await roster.db("users").where("email", "like", `both%-${count}@%`)).toHaveLength(60);
    const late = results.flatMap(lines).find((line) => line.startsWith("Left out"));
    expect(late).toContain("Someone created this user after the file was checked");
  });
});

test("an import that was interrupted continues where it stopped, at the next start or look, and does nothing twice", async () => {
  const rows = Array.from({ length: 30 }, (_, n) => `${email(`rest${n}-`)},A,B,`);
  const { address } = await checked(ada, file(...rows));
  const id = Number(address.split("/").at(-1));
  // As a crash leaves it: begun, a part of it done.
  await press(address);
  await roster.db("imports").where({ id }).update({ state: "running" });
  const undone = await roster.db("import_lines").where({ import_id: id }).where("line", ">", 20).pluck("line");
  await roster.db("import_lines").where({ import_id: id }).whereIn("line", undone).update({ outcome: null });
  await roster.deps.imports.resume();
  const html = (await ada.get(address)).text;
  // Those that had been created before their line could say so are found.
  expect(counts(html)).toEqual({ Created: 19, "Left out": 11 });
  expect(await roster.db("users").where("email", "like", `rest%-${count}@%`)).toHaveLength(30);
});

test.each<[string, (id: number) => Promise<unknown>]>([
  ["is demoted", (id) => roster.db("users").where({ id }).update({ role: "member" })],
  ["is deactivated", (id) => roster.db("users").where({ id }).update({ status: "inactive" })],
  ["loses the session", (id) => roster.db("sessions").where({ user_id: id }).del()],
])("an Admin who %s while pressing Import begins nothing", async (_, lose) => {
  const { db, before } = changeBeforeTransaction(roster.db);
  const second = await startSecondServer(roster, {}, { db });
  const bob = await someone("bob", { role: "admin" });
  const visitor = visit(second);
  await visitor.submit("/login", { email: bob.email, password });
  const { address } = await checked(visitor, file(`${email("late")},A,B,`));
  before(() => lose(bob.id));
  expect((await visitor.submit(address, {})).status).toBe(403);
  expect(await find(email("late"))).toBe(undefined);
  expect(await roster.db("imports").where({ user_id: bob.id }).pluck("state")).toEqual(["checked"]);
});

test("an Admin who was demoted before the import runs creates nobody", async () => {
  const bob = await someone("bob", { role: "admin" });
  const visitor = await logIn(roster, bob);
  const { address } = await checked(visitor, file(`${email("late")},A,B,`));
  const id = Number(address.split("/").at(-1));
  await roster.db("imports").where({ id }).update({ state: "running" });
  await roster.db("users").where({ id: bob.id }).update({ role: "manager" });
  await roster.deps.imports.run(id);
  expect(await find(email("late"))).toBe(undefined);
  expect(await roster.db("import_lines").where({ import_id: id }).pluck("outcome")).toEqual(["failed"]);
  expect(await roster.db("imports").where({ id }).pluck("state")).toEqual(["done"]);
});

describe("a fresh proof of who it is", () => {
  const asks = async (address: string, fields: Record<string, string> = {}): Promise<boolean> => {
    await roster.db("sessions").update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
    const { status, text } = await ada.submit(address, fields);
    if (status === 303) return false;
    expect([status, words(text)]).toEqual([403, expect.stringContaining("Confirm it’s you")]);
    return true;
  };

  test("is asked for before an Admin is created, and keeps what was ticked", async () => {
    const other = await someone("other");
    const { address } = await checked(ada, file(`${email("boss")},A,B,ADMIN`, `${other.email},X,Y,`));
    expect(await asks(address, { changesUsers: "on" })).toBe(true);
    expect(await find(email("boss"))).toBe(undefined);
    const page = await ada.submit(address, { changesUsers: "on" });
    const again = await ada.post(address, { ...formFields(page.text), ownPassword: password });
    expect([again.status, again.headers.location]).toEqual([303, address]);
    expect(counts((await ada.get(address)).text)).toEqual({ Created: 1, Changed: 1 });
  });

  test("is asked for before an email or the Admin role is changed, and not while the box is empty", async () => {
    const [one, two] = [await someone("one"), await someone("two")];
    for (const row of [`${one.id},${email("moved")},A,B,`, `${two.id},${two.email},Some,Body,admin`]) {
      const { address } = await checked(ada, `id,${head}\n${row}`);
      expect([await asks(address, { changesUsers: "on" }), await asks(address)]).toEqual([true, false]);
    }
  });

  test("is not asked for before names, and roles but Admin", async () => {
    const one = await someone("one");
    const { address } = await checked(ada, file(`${one.email},A,B,manager`, `${email("new")},A,B,`));
    expect(await asks(address, { changesUsers: "on" })).toBe(false);
  });
});

describe("the lines that failed come back in a file", () => {
  const get = async (address: string): Promise<Buffer> => {
    const { body } = await ada
      .get(`${address}/failed-lines.csv`)
      .buffer(true)
      .parse((res, done) => {
        const parts: Buffer[] = [];
        res.on("data", (part) => parts.push(part));
        res.on("end", () => done(null, Buffer.concat(parts)));
      });
    return body;
  };

  test.each(["utf8", "utf16le"] as const)("as they came, with the file's first lines (%s)", async (encoding) => {
    const mark = encoding === "utf16le" ? "\u{feff}" : "";
    const bad = ['"x";"Zoë ""Z""";"";""\r\n', "y;Y\n", "\nz;;;"] as const;
    const before = `${mark}sep=;\r\n\n${head.replaceAll(",", ";")}\r\n`;
    const content = `${before}${bad[0]}${email("good")};G;G;\r\n${bad[1]}${bad[2]}`;
    const { address } = await checked(ada, Buffer.from(content, encoding));
    const expected = `${before}${bad[0]}${bad[1]}z;;;\r\n`;
    expect((await get(address)).toString(encoding)).toBe(expected);
    await press(address);
    expect((await get(address)).toString(encoding)).toBe(expected);
  });

  test("in windows-1252 where the file was", async () => {
    const { address } = await checked(ada, Buffer.from(`${head}\nx,\x80 \xfc,B,\n${email("good")},A,B,`, "latin1"));
    await ada.submit(address, {}, { action: `${address}/encoding` });
    expect((await get(address)).toString("latin1")).toBe(`${head}\nx,\x80 \xfc,B,\n`);
  });
});

test("what is over is removed within the hour, an import that runs is not", async () => {
  const { address } = await checked(ada, file(`${email("a")},A,B,`));
  await press(address);
  const running = (await checked(ada, file(`${email("b")},A,B,`))).address.split("/").at(-1);
  const past = new Date(Date.now() - 1_000).toISOString();
  await roster.db("imports").update({ expires_at: past });
  await roster.db("imports").where({ id: running }).update({ state: "running" });
  await runMaintenance(roster.deps);
  expect(await roster.db("imports").pluck("id")).toEqual([Number(running)]);
  expect(await roster.db("import_lines").where("raw", "like", `${email("a")}%`)).toEqual([]);
});

test("the pages speak German", async () => {
  await roster.db("users").where({ id: roster.people.ada.id }).update({ language: "de" });
  const { address, html } = await checked(ada, file("x,A,B,boss", `${email("new")},A,B,`));
  expect(headings(html, 1)).toEqual(["Benutzer importieren"]);
  expect(lines(html)[0]).toContain("Unbekannte Rolle");
  expect(headings(await press(address), 1)).toEqual(["Der Import ist abgeschlossen"]);
  expect(headings((await ada.get(importPage)).text, 1)).toEqual(["Benutzer importieren"]);
  await roster.db("users").where({ id: roster.people.ada.id }).update({ language: null });
});
