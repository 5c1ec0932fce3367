import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { insertKey } from "../../src/api-keys/queries.ts";
import { sendKeyReminders } from "../../src/api-keys/reminders.ts";
import { newToken } from "../../src/platform/secrets.ts";
import { words } from "../support/html.ts";
import { type Mail, outbox } from "../support/outbox.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn } from "../support/visitor.ts";

const day = 86_400_000;
let roster: Roster;
let seen = 0;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("api_keys").del();
  seen = (await outbox(roster)).length;
});
afterAll(() => roster.close());

type Name = "ada" | "max" | "mia" | "ian" | "eve";

/** A key that expires at this moment (milliseconds). */
async function addKey(owner: Name, at: number, columns: object = {}): Promise<number> {
  const { id: userId } = roster.people[owner];
  const key = { userId, name: "Nightly", key: `roster_${newToken()}`, createdBy: userId, lifetimeDays: 90 };
  const id = await roster.db.transaction((trx) => insertKey(trx, { ...key, scope: "read" }));
  await roster
    .db("api_keys")
    .where({ id })
    .update({ expires_at: new Date(at).toISOString(), ...columns });
  return id;
}

/** The mails that reminding at this moment sends; two processes do it at the same time, and again later. */
async function remindedAt(now: number): Promise<Mail[]> {
  await Promise.all([sendKeyReminders(roster.deps, now), sendKeyReminders(roster.deps, now)]);
  await sendKeyReminders(roster.deps, now + 60_000);
  const mails = (await outbox(roster)).slice(seen);
  seen += mails.length;
  return mails;
}

const subjects = (mails: Mail[]): string[] => mails.map(({ to, subject }) => `${to}: ${subject}`).sort();
const [soon, today] = ["One of your API keys expires within 7 days", "One of your API keys expires today"];

test("a key's owner gets one email 7 days before it expires and one on the day in the organization's time zone", async () => {
  await roster.db("organizations").where({ name: "Acme" }).update({ time_zone: "Asia/Tokyo" });
  // In Tokyo it is 00:30 on 2 March.
  const end = Date.parse("2030-03-01T15:30:00Z");
  await addKey("mia", end);
  expect(await remindedAt(end - 7 * day - 120_000)).toEqual([]);
  const [mail, another] = await remindedAt(end - 7 * day);
  expect([mail?.to, mail?.subject, another]).toEqual(["mia@example.com", soon, undefined]);
  expect(mail?.text).toMatch(/Your Roster API key “Nightly” \(roster_\S{4}…\) expires on 2 Mar 2030, 00:30 GMT\+9\./);
  expect(mail?.text).toContain(`${roster.deps.config.baseUrl}/profile#api-keys`);
  expect(await remindedAt(end - 32 * 60_000)).toEqual([]);
  expect(subjects(await remindedAt(end - 29 * 60_000))).toEqual([`mia@example.com: ${today}`]);
  expect(await remindedAt(end + 1)).toEqual([]);
});

test("a server that was down for the week sends only the email of the day", async () => {
  const end = Date.parse("2030-03-01T12:00:00Z");
  await addKey("mia", end);
  expect(subjects(await remindedAt(end - 60_000))).toEqual([`mia@example.com: ${today}`]);
});

test("no one is reminded of a revoked, replaced or short-lived key, of an inactive owner's, or on the free plan", async () => {
  const end = Date.parse("2030-03-01T12:00:00Z");
  await addKey("mia", end, { revoked_at: "2030-01-01" });
  await addKey("mia", end, { replaced_by: await addKey("max", end + 90 * day) });
  await addKey("ian", end);
  await addKey("eve", end);
  await addKey("ada", end, { lifetime_days: 7 });
  expect(await remindedAt(end - 3 * day)).toEqual([]);
  expect(subjects(await remindedAt(end - 60_000))).toEqual([`ada@example.com: ${today}`]);
});

test("the User profile and your own page show a banner for keys that expire within 7 days", async () => {
  const { mia } = roster.people;
  const [ada, own] = [await logIn(roster, "ada"), await logIn(roster, "mia")];
  const banner = "The API key “Nightly” expires on ";
  await addKey("mia", Date.now() + 8 * day);
  const pages = async (): Promise<boolean[]> =>
    [await ada.get(`/admin/managers/${mia.id}`), await own.get("/profile")].map(({ text }) =>
      words(text).includes(banner),
    );
  expect(await pages()).toEqual([false, false]);
  await addKey("mia", Date.now() + 6 * day);
  expect(await pages()).toEqual([true, true]);
});
