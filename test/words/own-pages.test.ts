import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buttons, headings, labels, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { codeFor, giveSecondFactor, shownSecret } from "../support/second-factor.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

// Pages of a user's own account, and the sections of their profile, in German.

let roster: Roster;
let ada: Visitor;
let zoe: Person;
let own: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  await roster.db("organizations").update({ language: "de" });
  zoe = await addUser(roster.deps, { email: "zoe@example.com", role: "manager" });
  ada = await logIn(roster, "ada");
  own = await logIn(roster, zoe);
});
afterAll(() => roster.close());

test("the second factor is set up, renewed and turned off in German", async () => {
  const page = "/profile/second-factor";
  expect(words((await own.get("/profile")).text)).toContain("Schützt Ihr Konto auch dann, wenn Ihr Passwort");
  const { text } = await own.get(page);
  expect([headings(text, 1), labels(text)]).toEqual([["Zweiten Faktor einrichten"], ["Code"]]);
  expect(words((await own.submit(page, { code: "123" })).text)).toContain("Falscher Code. Geben Sie");
  const codes = await own.submit(page, { code: codeFor(shownSecret(text)) });
  expect(headings(codes.text, 1)).toEqual(["Ihre Wiederherstellungscodes"]);
  expect(words(codes.text)).toContain("Drucken Sie diese Codes jetzt aus");
  expect(words((await own.get("/profile")).text)).toContain("noch 10 · Neue erstellen: Wiederherstellungscodes");
  expect(buttons((await own.get(`${page}/recovery-codes`)).text)).toContain("Neue Codes erstellen");
  expect(words((await own.submit(`${page}/turn-off`, { code: "x" })).text)).toContain("Dieser Code ist falsch");
});

test("an Admin removes a second factor in German", async () => {
  const mia = roster.people.mia;
  await giveSecondFactor(roster, mia);
  const profile = `/admin/managers/${mia.id}`;
  const { text } = await ada.get(`${profile}/second-factor`);
  expect([headings(text, 1)[0], buttons(text)]).toEqual([
    expect.stringMatching(/^Zweiten Faktor von .* entfernen\?$/),
    expect.arrayContaining(["Entfernen"]),
  ]);
  await ada.submit(`${profile}/second-factor`, {});
  expect(words((await ada.get(profile)).text)).toContain("Zweiter Faktor entfernt.");
});

test("sessions are listed and ended in German", async () => {
  const kim = await addUser(roster.deps, { email: "kim@example.com" });
  const [here] = [await logIn(roster, kim), await logIn(roster, kim)];
  const { text } = await here.get("/profile");
  expect(words(text)).toContain("Unbekannter Browser diese Sitzung");
  expect(buttons(text)).toEqual(expect.arrayContaining(["Beenden", "Alle anderen beenden"]));
  await here.submit("/profile", {}, { action: "/profile/sessions/end" });
  expect(words((await here.get("/profile")).text)).toContain("Alle anderen Sitzungen beendet.");
});

test("API keys are generated, rotated and revoked in German", async () => {
  const page = `/admin/managers/${zoe.id}`;
  expect(words((await ada.get(page)).text)).toContain("Keine API-Schlüssel. Ein Programm mit einem Schlüssel kann");
  const shown = await ada.submit(page, {}, { action: `${page}/api-keys` });
  expect(headings(shown.text, 2)).toContain("Ihr neuer Schlüssel „Schlüssel 1“");
  const { text } = await ada.get(page);
  expect(words(text)).toContain("Zugriff Zuletzt verwendet Läuft ab");
  const { id } = await roster.db("api_keys").where({ user_id: zoe.id }).first();
  const rotate = await ada.get(`${page}/api-keys/${id}/rotate`);
  expect(headings(rotate.text, 1)).toEqual(["Schlüssel „Schlüssel 1“ erneuern?"]);
  expect(words(rotate.text)).toContain("Zugriff: Lesen. Läuft ab: in 90 Tagen.");
  expect(words((await ada.get(`${page}/api-keys/${id}/revoke`)).text)).toContain("verlieren sofort den Zugriff.");
  await ada.submit(`${page}/api-keys/${id}/revoke`, {});
  expect(words((await ada.get(page)).text)).toContain("Schlüssel widerrufen.");
  expect(words((await ada.get("/admin/activity")).text)).toContain("Zugriff: Lesen");
});

test("your own page and your personal information are in German", async () => {
  const { text } = await own.get("/profile");
  expect(headings(text, 2)).toEqual(
    expect.arrayContaining(["Profil", "Persönliche Daten", "Rollen und Berechtigungen"]),
  );
  expect(words(text)).toContain("E-Mail-Adresse, Rolle und Status verwalten die Admins Ihrer Organisation.");
  const page = "/profile/personal-information";
  expect(buttons((await own.get(page)).text)).toContain("Änderungen speichern");
  await own.submit(page, { firstName: "Zoe", lastName: "Zimmer" });
  expect(words((await own.get("/profile")).text)).toContain("Persönliche Daten gespeichert.");
});

test("a weak password is refused in German, with the reason", async () => {
  const page = `/admin/managers/${zoe.id}/password`;
  const refusal = async (password: string) =>
    words((await ada.submit(page, { password, confirmPassword: password })).text);
  const weak = "Dieses Passwort ist zu leicht zu erraten. Wiederholte Zeichen wie „aaa“ sind leicht zu erraten.";
  expect(await refusal("aaaaaaaaaaaaaaaaaaaa")).toContain(weak);
  expect(await refusal("kurz")).toContain("Das Passwort ist zu kurz; mindestens 15 Zeichen sind nötig");
});

test("too many wrong passwords are refused in German", async () => {
  const stranger = visit(roster);
  const email = "mia@example.com";
  for (let i = 0; i < 5; i++) await stranger.submit("/login", { email, password: "wrong" });
  stranger.agent.set("Accept-Language", "de");
  const refused = await stranger.submit("/login", { email, password: "wrong" });
  expect(words(refused.text)).toContain("Zu viele falsche Passwörter. Versuchen Sie es in 1 Minute erneut");
});
