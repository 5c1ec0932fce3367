import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { en } from "../../src/words/en.ts";
import { catalogues, type Words } from "../../src/words/words.ts";
import { eventually } from "../support/eventually.ts";
import { headings, labels, section, titleOf, words } from "../support/html.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
afterEach(async () => {
  await roster.db("users").update({ language: null });
  await roster.db("organizations").update({ language: null });
});
afterAll(() => roster.close());

const languageOf = (html: string): string | undefined => /<html lang="([^"]*)" dir="ltr">/.exec(html)?.[1];
const choose = (email: string, language: string | null) => roster.db("users").where({ email }).update({ language });
const chooseForAll = (language: string | null) => roster.db("organizations").update({ language });

describe("a visitor gets the language", () => {
  test.each([
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["en;q=0.5, de;q=0.6", "de"],
    ["DE", "de"],
    ["fr, de;q=0.1", "de"],
    ["de;q=0, en", "en"],
    ["en-GB,en;q=0.9,de;q=0.8", "en"],
    ["fr", "en"],
    ["*", "en"],
    ["", "en"],
    // A malformed value counts as none.
    ["de;q=x, en;q=", "en"],
    [";;;,,,", "en"],
    ["__proto__, constructor, toString", "en"],
    [`${"x,".repeat(1_000)}de`, "en"],
  ])("for Accept-Language %j: %s", async (wish, language) => {
    const { text, headers } = await visit(roster).get("/login").set("Accept-Language", wish);
    expect([languageOf(text), headers["content-language"]]).toEqual([language, language]);
    expect(headers.vary).toBe("Accept-Language, Accept-Encoding");
  });

  test("English without Accept-Language", async () => {
    expect(languageOf((await visit(roster).get("/login")).text)).toBe("en");
  });
});

test("a page is in the user's language, else in the organization's, else in the browser's", async () => {
  const ada = await logIn(roster, "ada");
  const asked = async (): Promise<string | undefined> =>
    languageOf((await ada.get("/admin/organization").set("Accept-Language", "de")).text);
  expect(await asked()).toBe("de");
  await chooseForAll("en");
  expect(await asked()).toBe("en");
  await choose("ada@example.com", "de");
  expect(await asked()).toBe("de");
  await chooseForAll("de");
  await choose("ada@example.com", "en");
  expect(await asked()).toBe("en");
});

test("a chosen language that no longer has a catalogue counts as none", async () => {
  const ada = await logIn(roster, "ada");
  await choose("ada@example.com", "tlh");
  await chooseForAll("__proto__");
  expect(languageOf((await ada.get("/admin/organization").set("Accept-Language", "de")).text)).toBe("de");
});

describe("in German", () => {
  let german: Visitor;
  beforeAll(() => {
    german = visit(roster);
    german.agent.set("Accept-Language", "de");
  });

  test("the log-in page and its refusal are German", async () => {
    const { text } = await german.get("/login");
    expect([titleOf(text), headings(text, 1)]).toEqual(["Anmelden – Roster", ["Anmelden"]]);
    expect(labels(text)).toEqual(["E-Mail-Adresse", "Passwort"]);
    const refused = await german.submit("/login", { email: "ada@example.com", password: "wrong-password-typed" });
    expect([refused.status, titleOf(refused.text)]).toEqual([422, "Fehler: Anmelden – Roster"]);
    expect(words(refused.text)).toContain("E-Mail-Adresse oder Passwort ist falsch.");
  });

  test("errors of a schema and of a transaction are German", async () => {
    await choose("ada@example.com", "de");
    const ada = await logIn(roster, "ada");
    const page = "/admin/organization";
    for (const [name, message] of [
      ["", "Geben Sie einen Namen für die Organisation ein"],
      ["Globex", "Eine andere Organisation hat bereits diesen Namen. Nehmen Sie einen anderen."],
    ]) {
      const { status, text } = await ada.submit(page, { name });
      expect([status, /<a href="#name">([^<]*)</.exec(text)?.[1]]).toEqual([422, message]);
    }
  });

  test("error pages for unknown addresses, refused access and unreadable bodies are German", async () => {
    expect(headings((await german.get("/nothing-here")).text, 1)).toEqual(["Seite nicht gefunden"]);
    await choose("mia@example.com", "de");
    const mia = await logIn(roster, "mia");
    const refused = await mia.get("/admin/organization");
    expect([refused.status, words(refused.text)]).toEqual([
      403,
      expect.stringContaining("Nur Admins und Manager Ihrer Organisation können diese Seite öffnen."),
    ]);
    const unreadable = await german.agent.post("/login").type("form").send("email=%ff");
    expect([unreadable.status, words(unreadable.text)]).toEqual([
      400,
      expect.stringContaining("nicht in UTF-8 kodiert"),
    ]);
  });

  test("the API stays English", async () => {
    const ada = await logIn(roster, "ada");
    const key = await generateKey(ada, roster.people.ada, { scope: "write" });
    await choose("ada@example.com", "de");
    const { status, body } = await visit(roster)
      .agent.post("/api/v1/users")
      .set({ ...withKey(key), "Accept-Language": "de" })
      .send({
        firstName: "",
        lastName: "Neu",
        email: "mia@example.com",
        role: "member",
        password: "copper lantern drizzle",
      });
    expect([status, body.errors[0]]).toEqual([422, { pointer: "#/firstName", detail: "Enter a first name" }]);
  });
});

describe("the select Language", () => {
  const changes = async (action: string) =>
    (await roster.db("activity").where({ action }).orderBy("id")).map((row) => ({
      subject: row.subject_id,
      actor: row.actor_id,
      changes: JSON.parse(row.changes),
    }));

  test.each(["ada", "max", "mia"] as const)("is on %s's own profile and saves with history", async (name) => {
    const visitor = await logIn(roster, name);
    const { id } = roster.people[name];
    const profile = name === "ada" ? `/admin/managers/${id}` : "/profile";
    const before = (await changes("language.updated")).length;
    const action = "/profile/language";
    const opened = (await visitor.get(profile)).text;
    expect(words(section(opened, "Language"))).toContain("Same as the organization English Deutsch");
    for (const language of ["de", "de"]) {
      const saved = await visitor.submit(profile, { language }, { action });
      expect([saved.status, saved.headers.location]).toEqual([303, "/profile"]);
    }
    const { text } = await visitor.get(profile);
    expect([languageOf(text), words(text)]).toEqual(["de", expect.stringContaining("Sprache gespeichert.")]);
    expect(text).toContain('<option value="de" selected>');
    await visitor.submit(profile, { language: "" }, { action });
    expect((await changes("language.updated")).slice(before)).toEqual([
      { subject: id, actor: id, changes: { language: { before: null, after: "de" } } },
      { subject: id, actor: id, changes: { language: { before: "de", after: null } } },
    ]);
  });

  test("is on no other user's profile", async () => {
    const ada = await logIn(roster, "ada");
    expect((await ada.get(`/admin/managers/${roster.people.max.id}`)).text).not.toContain('name="language"');
  });

  test.each(["tlh", "EN", "__proto__", "de\0"])("refuses %j and keeps the old choice", async (language) => {
    await choose("mia@example.com", "de");
    await chooseForAll("de");
    for (const [name, page] of [
      ["mia", "/profile/language"],
      ["max", "/admin/organization"],
    ] as const) {
      const visitor = await logIn(roster, name);
      const { status, text } = await visitor.submit(page, { language });
      expect([status, text]).toEqual([422, expect.stringContaining('<a href="#language">Wählen Sie eine Sprache</a>')]);
    }
    expect(await roster.db("users").where({ email: "mia@example.com" }).pluck("language")).toEqual(["de"]);
    expect(await roster.db("organizations").pluck("language")).toEqual(["de", "de"]);
  });

  test("of the organization saves with history, in words, and only if it changed", async () => {
    const page = "/admin/organization";
    const max = await logIn(roster, "max");
    for (const language of ["de", "de"]) expect((await max.submit(page, { language })).status).toBe(303);
    expect(words((await max.get(page)).text)).toContain("Organisation gespeichert.");
    expect(await changes("organization-language.updated")).toEqual([
      { subject: null, actor: roster.people.max.id, changes: { language: { before: null, after: "de" } } },
    ]);
    await chooseForAll("en");
    const ada = await logIn(roster, "ada");
    expect(words((await ada.get("/admin/activity")).text)).toContain("Language: Deutsch");
  });

  test("of the organization comes back with 409 and both values if someone else saved meanwhile", async () => {
    const page = "/admin/organization";
    const [ada, max] = [await logIn(roster, "ada"), await logIn(roster, "max")];
    const opened = formFields((await ada.get(page)).text);
    await max.submit(page, { language: "de" });
    const refused = await ada.post(page, { ...opened, language: "" });
    expect([refused.status, words(refused.text)]).toEqual([
      409,
      expect.stringContaining("Von jemand anderem gespeichert: Deutsch"),
    ]);
    expect((await ada.post(page, { ...formFields(refused.text), language: "en" })).status).toBe(303);
  });
});

test("a mail is in its recipient's language, not in that of the user who causes it", async () => {
  const ask = async (email: string): Promise<string> => {
    const visitor = visit(roster);
    visitor.agent.set("Accept-Language", email.startsWith("mia") ? "en" : "de");
    await visitor.submit("/forgot-password", { email });
    const mail = await eventually(async () =>
      (await outbox(roster)).find(({ to, text }) => to === email && text.includes("/reset-password/")),
    );
    return mail.subject;
  };
  await choose("mia@example.com", "de");
  expect(await ask("mia@example.com")).toBe("Neues Passwort für Roster wählen");
  expect(await ask("max@example.com")).toBe("Choose a new password for Roster");
  await chooseForAll("de");
  expect(await ask("ada@example.com")).toBe("Neues Passwort für Roster wählen");
});

test("adding a catalogue adds a language that can be chosen", async () => {
  const added: Record<string, Words> = catalogues;
  added.eo = { ...en, tag: "eo", logIn: { ...en.logIn, title: "Ensaluti" } };
  try {
    const { text } = await visit(roster).get("/login").set("Accept-Language", "eo");
    expect([languageOf(text), headings(text, 1)]).toEqual(["eo", ["Ensaluti"]]);
  } finally {
    delete added.eo;
  }
});

test("Activity is German with its filters, actions, values and refusals, and its exports stay English", async () => {
  await choose("ada@example.com", "de");
  const ada = await logIn(roster, "ada");
  await ada.submit(`/admin/managers/${roster.people.max.id}/role`, { role: "member" });
  const { text } = await ada.get("/admin/activity?action=role.updated");
  expect(headings(text, 1)).toEqual(["Aktivität"]);
  expect(words(text)).toMatch(/Ada Lovelace hat die Rolle von Max O'Brien von Manager auf Mitglied geändert/);
  const refused = await ada.get("/admin/activity?from=2026-02-31");
  expect([refused.status, words(refused.text)]).toEqual([422, expect.stringContaining("Geben Sie einen Tag wie")]);
  expect((await ada.get("/admin/activity/export.csv?action=role.updated")).text).toContain("Role: Manager → Member");
});
