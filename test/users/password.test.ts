import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buttons, errorsOf, headings, labels, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { everything, historyOf, statusesForOthers, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  zoe = await addUser(roster.deps, {
    email: "quilla.vexley@pampelmuse.example",
    firstName: "Zerlinde",
    lastName: "Quastenberg",
  });
});
afterAll(() => roster.close());

const address = ({ id }: { id: number | string } = zoe): string => `/admin/managers/${id}/password`;
const set = (word: string, fields: Record<string, string | undefined> = {}) =>
  ada.submit(address(), { password: word, confirmPassword: word, ...fields });
const works = async (word: string, person: Person = zoe) =>
  roster.deps.hashing.verify(word, (await storedUser(roster, person)).password_hash);

test("the Password form is empty with the box ticked, and says what makes a password good", async () => {
  const { text } = await ada.get(address());
  expect(headings(text, 1)).toEqual(["Set a new password"]);
  expect(labels(text)).toEqual(["New password", "Confirm new password", "Ask for a new password at the next log-in"]);
  expect(buttons(text)).toContain("Save changes");
  expect(formFields(text)).toMatchObject({ password: "", confirmPassword: "", mustChange: "on" });
  expect(words(text)).toContain("At least 15 characters, of any kind.");
});

const short = "The password is too short; use at least 15 characters";
const long = "The password is too long; use at most 72 characters, fewer if they have accents or are not Latin";
const unkept = "The password has characters that can’t be saved; use others";
const weak = (reason = "") => new RegExp(`^This password is too easy to guess\\. ${reason}.*Four or more unrelated`);
const personal = weak("Words from the name, the email address");

test.each<[string, string, string | RegExp]>([
  ["no password", "", "Enter a password"],
  ["14 characters", "violet-otter-4", short],
  ["14 characters in 28 units", "🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵🐔🐧🐦🦆", short],
  ["a password whose spaces would be trimmed", " otter violet ", short],
  ["73 characters", `${"x7-".repeat(24)}y`, long],
  ["37 characters in 74 bytes", "é".repeat(37), long],
  ["NUL", `${password}\0`, unkept],
  ["a common password", "passwordpassword1", weak()],
  ["a row of keys", "qwertyuiopasdfgh", weak()],
  ["repetition", "abcabcabcabcabcabc", weak("Repeated patterns")],
  ["digits in order", "1234567890123456", weak()],
  ["the full name", "zerlindequastenberg", personal],
  ["the name the other way round", "QuastenbergZerlinde1", personal],
  ["the email", "quilla.vexley@pampelmuse.example", personal],
  ["its local part", "quilla.vexley123", personal],
  ["its domain", "pampelmuse.example", personal],
])("the Password form refuses %s", async (_what, typed, message) => {
  const before = await everything(roster);
  const answer = await set(typed);
  expect(answer.status).toBe(422);
  expect(errorsOf(answer.text)).toEqual({
    password: expect.stringMatching(message),
    ...(typed === "" && { confirmPassword: "Type the password again" }),
  });
  expect(formFields(answer.text)).toMatchObject({ password: "", confirmPassword: "", mustChange: "on" });
  expect(await everything(roster)).toEqual(before);
});

test("the Password form refuses the organization's name", async () => {
  const typed = "Quibblethorpe Fabrik";
  expect((await set(typed)).status).toBe(303);
  for (const name of [typed, "Acme"]) {
    await ada.submit("/admin/organization", { name });
    expect((await set(typed)).status).toBe(name === typed ? 422 : 303);
  }
});

test.each([
  ["the second differs", `${password} `, "The passwords don’t match"],
  ["the second is missing", "", "Type the password again"],
])("the Password form refuses two passwords if %s", async (_what, confirmPassword, fault) => {
  const answer = await set(password, { confirmPassword, mustChange: undefined });
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, { confirmPassword: fault }]);
  expect(formFields(answer.text).mustChange).toBeUndefined();
  expect(answer.text).not.toContain(password);
});

test.each([
  ["spaces at both ends", "  violet otter tramway 49  "],
  ["72 bytes", "Tram-49-violet-otter-kiosk-".repeat(3).slice(0, 72)],
  ["another script", "фиолетовая выдра едет трамваем"],
  ["composed characters", "Zo\u00eb fährt Straßenbahn nach Rixdorf"],
  ["emoji", "🦦 violet 🚋 kiosk 🎷 rhubarb"],
])("the Password form accepts %s exactly as typed", async (_what, typed) => {
  expect((await set(typed)).status).toBe(303);
  expect(await works(typed)).toBe(true);
  for (const other of [typed.trim(), `${typed}x`]) if (other !== typed) expect(await works(other)).toBe(false);
});

test("setting a password writes history without it, shows a notice, and mails the user", async () => {
  const { length } = await outbox(roster);
  const answer = await set("rhubarb-kiosk-violet-31");
  expect([answer.status, answer.headers.location]).toEqual([303, `/admin/managers/${zoe.id}`]);
  expect(words((await ada.get(answer.headers.location ?? "")).text)).toContain("Password saved.");
  expect((await historyOf(roster, zoe)).at(-1)).toEqual({
    action: "password.updated",
    by: roster.people.ada.id,
    changes: {},
  });
  const mails = (await outbox(roster)).slice(length);
  expect(mails).toEqual([
    { to: zoe.email, subject: "Your Roster password was changed", text: expect.stringContaining("Hello Zerlinde,") },
  ]);
  expect(mails[0]?.text).toContain("An Admin of your organization set a new password for you");
  expect(JSON.stringify([mails, roster.log()])).not.toContain("rhubarb-kiosk");
});

test("setting a password immediately ends the user's sessions, reset links and old password", async () => {
  const { max } = roster.people;
  const [one, two] = [await logIn(roster, "max"), await logIn(roster, "max")];
  const link = await giveResetLink(roster.deps, max);
  expect((await visit(roster).get(link)).status).toBe(200);
  await ada.submit(address(max), { password: "kiosk-otter-rhubarb-88", confirmPassword: "kiosk-otter-rhubarb-88" });
  for (const visitor of [one, two]) expect((await visitor.get("/profile")).headers.location).toMatch(/^\/login/);
  expect((await visit(roster).get(link)).status).toBe(404);
  await expect(logIn(roster, "max")).rejects.toThrow("422");
});

test.each([
  ["ticked the user is asked", "on", /^\/new-password/],
  ["empty the user is not asked", undefined, undefined],
])("with the box %s for a new password at the next log-in", async (_box, mustChange, location) => {
  const mia = roster.people.mia;
  const fields = { password, confirmPassword: password, mustChange };
  expect((await ada.submit(address(mia), fields)).status).toBe(303);
  const answer = await (await logIn(roster, "mia")).get("/profile");
  expect(answer.status).toBe(location ? 303 : 200);
  if (location) expect(answer.headers.location).toMatch(location);
});

test("setting your own password keeps this session and ends the others, and the box works at the next log-in", async () => {
  const elsewhere = await logIn(roster, "ada");
  const own = roster.people.ada;
  const answer = await ada.submit(address(own), { password, confirmPassword: password });
  expect(answer.status).toBe(303);
  expect((await ada.get(`/admin/managers/${own.id}`)).status).toBe(200);
  expect((await elsewhere.get("/profile")).headers.location).toMatch(/^\/login/);
  expect((await outbox(roster)).at(-1)).toMatchObject({ to: own.email, text: expect.stringContaining("You chose") });
  expect((await (await logIn(roster, "ada")).get("/admin/managers")).headers.location).toMatch(/^\/new-password/);

  await ada.submit(address(own), { password, confirmPassword: password, mustChange: undefined });
  expect((await (await logIn(roster, "ada")).get("/admin/managers")).status).toBe(200);
});

test("the Password form treats repeated, nested and missing fields as ordinary errors", async () => {
  const _csrf = await ada.token(address());
  for (const fields of [{}, { password: [password, password] }, { "password[a]": password }]) {
    const answer = await ada.post(address(), { _csrf, ...fields });
    expect([answer.status, Object.keys(errorsOf(answer.text))]).toEqual([422, expect.arrayContaining(["password"])]);
  }
  const answer = await ada.post(address(), { _csrf, password, confirmPassword: password, mustChange: ["on", "on"] });
  expect([answer.status, words(answer.text)]).toEqual([422, expect.stringContaining("Tick the box or leave it empty")]);
});

test("setting a password answers 404 for another organization's user", async () => {
  const { eve } = roster.people;
  const fields = { password: "kiosk-otter-rhubarb-88", confirmPassword: "kiosk-otter-rhubarb-88" };
  expect(await statusesForOthers(roster, ada, (id) => address({ id }), fields)).toEqual([404]);
  expect(await works(password, eve)).toBe(true);
});
