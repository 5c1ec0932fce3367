import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { en } from "../../src/words/en.ts";
import { catalogues, type Words } from "../../src/words/words.ts";
import { headings, labels, titleOf, words } from "../support/html.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

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
    // Malformed: as if nothing had been wished for.
    ["de;q=x, en;q=", "en"],
    [";;;,,,", "en"],
    ["__proto__, constructor, toString", "en"],
    [`${"x,".repeat(1_000)}de`, "en"],
  ])("of Accept-Language %j: %s", async (wish, language) => {
    const { text, headers } = await visit(roster).get("/login").set("Accept-Language", wish);
    expect([languageOf(text), headers["content-language"]]).toEqual([language, language]);
    expect(headers.vary).toBe("Accept-Language, Accept-Encoding");
  });

  test("of English where the browser wishes for nothing", async () => {
    expect(languageOf((await visit(roster).get("/login")).text)).toBe("en");
  });
});

test("the person's language comes before the organization's, and that before the browser's", async () => {
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

test("a language that was chosen and has no catalogue any more counts as none", async () => {
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

  test("the log-in page is German, and so is its refusal", async () => {
    const { text } = await german.get("/login");
    expect([titleOf(text), headings(text, 1)]).toEqual(["Anmelden – Roster", ["Anmelden"]]);
    expect(labels(text)).toEqual(["E-Mail-Adresse", "Passwort"]);
    const refused = await german.submit("/login", { email: "ada@example.com", password: "wrong-password-typed" });
    expect([refused.status, titleOf(refused.text)]).toEqual([422, "Fehler: Anmelden – Roster"]);
    expect(words(refused.text)).toContain("E-Mail-Adresse oder Passwort ist falsch.");
  });

  test("an error of a schema and one of a transaction are German", async () => {
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

  test("error pages are German, of unknown addresses, of refused access and of bodies that cannot be read", async () => {
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

test("a language is a catalogue, and one that is added is chosen like the others", async () => {
  const added: Record<string, Words> = catalogues;
  added.eo = { ...en, tag: "eo", logIn: { ...en.logIn, title: "Ensaluti" } };
  try {
    const { text } = await visit(roster).get("/login").set("Accept-Language", "eo");
    expect([languageOf(text), headings(text, 1)]).toEqual(["eo", ["Ensaluti"]]);
  } finally {
    delete added.eo;
  }
});
