import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buttons, headings, labels, linksTo, section, titleOf, words } from "../support/html.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  ada.agent.set("Accept-Language", "de");
});
afterAll(() => roster.close());

const profile = ({ id }: { id: number }): string => `/admin/managers/${id}`;

test("the list, its filters and its empty state are German", async () => {
  const { text } = await ada.get("/admin/managers");
  expect([titleOf(text), headings(text, 1)]).toEqual(["Benutzer – Roster", ["Benutzer"]]);
  expect(labels(text)).toEqual(["Suche", "Rolle", "Status", "Alle 4 Treffer", "Mit den Ausgewählten"]);
  expect(words(text)).toContain("Name E-Mail-Adresse Rolle Status Letzte Anmeldung Aktion");
  expect(linksTo(text, "Deaktivieren").length).toBeGreaterThan(0);
  const { text: empty } = await ada.get("/admin/managers?search=niemand&role=admin");
  expect(words(empty)).toContain("Kein Benutzer passt zu „niemand“ und diesen Filtern. Alle Benutzer anzeigen");
});

test("a user's profile is German", async () => {
  const { max } = roster.people;
  const { text } = await ada.get(profile(max));
  for (const heading of ["Profil", "Persönliche Daten", "Rollen und Berechtigungen", "Weitere Einstellungen"])
    expect(headings(text, 2)).toContain(heading);
  expect(linksTo(text, "Bearbeiten")).toEqual(
    ["personal-information", "role", "password"].map((part) => `${profile(max)}/${part}`),
  );
  expect(words(section(text, "Rollen und Berechtigungen"))).toContain(
    "Organisation bearbeiten, ansehen Benutzer keine",
  );
  expect(words(section(text, "Weitere Einstellungen"))).toContain("Dieser Benutzer ist aktiv und kann sich anmelden.");
});

test("the page that asks, a refusal and a notice are German", async () => {
  const self = `${profile(roster.people.ada)}/status`;
  const { text } = await ada.get(self);
  expect([headings(text, 1), buttons(text)]).toEqual([
    ["Ada Lovelace deaktivieren?"],
    expect.arrayContaining(["Deaktivieren"]),
  ]);
  await addUser(roster.deps, { email: "second@example.com", role: "admin" });
  const refused = await ada.submit(self, {});
  expect([refused.status, titleOf(refused.text)]).toEqual([422, "Fehler: Status ändern – Roster"]);
  expect(words(refused.text)).toContain(
    "Sie können sich nicht selbst deaktivieren. Bitten Sie einen anderen Admin darum.",
  );
  await ada.submit(`${profile(roster.people.max)}/status`, {});
  expect(words((await ada.get(profile(roster.people.max))).text)).toContain(
    "Dieser Benutzer ist inaktiv und kann sich nicht mehr anmelden.",
  );
});
