import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { type ApiClient, clientOf, faultsOf } from "../support/api-client.ts";
import { buttons, errorsOf, headings, linkTo, section, words } from "../support/html.ts";
import { type Mail, outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person } from "../support/people.ts";
import { historyOf, statusesForOthers, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

// An email that an API key set is unconfirmed: mail goes to the last confirmed one until a person confirms it.

let roster: Roster;
let key: ApiClient;
let ada: Visitor;
let zoe: Person;
let count = 0;
/** Zoë's first email, which is confirmed, and those that are set later. */
let first: string;
let second: string;
let third: string;

beforeAll(async () => {
  roster = await startRoster();
  key = await clientOf(roster, roster.people.ada);
});
beforeEach(async () => {
  await roster.db("throttles").del();
  ada = await logIn(roster, "ada");
  count += 1;
  [first, second, third] = [`zoe${count}@one.example`, `zoe${count}@two.example`, `zoe${count}@three.example`];
  zoe = await addUser(roster.deps, { email: first, firstName: "Zoë", lastName: "O'Neill", role: "manager" });
});
afterAll(() => roster.close());

const patch = (email: string, { id }: Pick<Person, "id"> = zoe) =>
  key.PATCH("/users/{id}", { params: { path: { id }, header: { "If-Match": "*" } }, body: { email } });
const set = async (...emails: string[]): Promise<void> => {
  for (const email of emails) expect((await patch(email)).response.status).toBe(200);
};
const stored = async () => {
  const { email, confirmed_email } = await storedUser(roster, zoe);
  return [email, confirmed_email];
};
const page = (part: string): string => `/admin/managers/${zoe.id}${part}`;
const logInAs = (email: string) => logIn(roster, { email });
const card = async (visitor: Visitor, path: string) => section((await visitor.get(path)).text, "Personal Information");

async function mailsAfter(work: () => Promise<unknown>): Promise<Mail[]> {
  await afterResponseSettled();
  const { length } = await outbox(roster);
  await work();
  await afterResponseSettled();
  return (await outbox(roster)).slice(length);
}
const ask = (email: string) => visit(roster).submit("/forgot-password", { email });
/** The recipients of the mails that asking for a reset link sends. */
const linksGoTo = async (asked: string) => (await mailsAfter(() => ask(asked))).map(({ to }) => to);

describe("an email that a key has set", () => {
  test("logs the user in, but reset links go to the last confirmed email, whichever of the two is typed", async () => {
    await set(second);
    expect(await stored()).toEqual([second, first]);
    await logInAs(second);
    expect([await linksGoTo(second), await linksGoTo(first)]).toEqual([[first], [first]]);
    const [known, old, unknown] = [await ask(second), await ask(first), await ask("nobody@example.com")];
    expect([known.text, old.text]).toEqual([unknown.text, unknown.text]);
  });

  test("can be followed by others, while the last confirmed one stays and those between get nothing", async () => {
    await set(second, third);
    expect(await stored()).toEqual([third, first]);
    expect([await linksGoTo(third), await linksGoTo(second), await linksGoTo(first)]).toEqual([[first], [], [first]]);
  });

  test("is confirmed if it equals the last confirmed one", async () => {
    await set(second, third, first);
    expect(await stored()).toEqual([first, null]);
    expect(await linksGoTo(first)).toEqual([first]);
  });

  test("stays unconfirmed when a key or a person changes only the name", async () => {
    await set(second);
    await ada.submit(page("/personal-information"), { firstName: "Zoe" });
    await (await logInAs(second)).submit("/profile/personal-information", { firstName: "Zoé" });
    expect(await stored()).toEqual([second, first]);
    expect((await storedUser(roster, zoe)).first_name).toBe("Zoé");
  });

  test("is mailed to both addresses with how to confirm it, at most three times an hour to the confirmed one", async () => {
    const mails = await mailsAfter(() => set(second));
    expect(mails.map(({ to }) => to).sort()).toEqual([first, second].sort());
    for (const { text } of mails) {
      expect(text).toContain(`${roster.deps.config.baseUrl}/profile/confirm-email`);
      expect(words(text)).toContain(`from ${first} to ${second}`);
    }
    expect(mails.find(({ to }) => to === first)?.text).not.toContain("no longer used");
    const asked = await mailsAfter(async () => {
      for (const email of [first, second, first, second, first]) await ask(email);
    });
    expect(asked).toHaveLength(3);
  });

  test("gets no other mail, because those about the account go to the last confirmed one", async () => {
    await set(second);
    const mails = await mailsAfter(async () => {
      const passwords = { password: "copper lantern drizzle 8", confirmPassword: "copper lantern drizzle 8" };
      await ada.submit(page("/password"), passwords);
    });
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([[first, "Your Roster password was changed"]]);
  });

  test("keeps the last confirmed one reserved, on pages and over the API", async () => {
    await set(second);
    const max = roster.people.max;
    expect(faultsOf(await patch(first, max))).toEqual({ "#/email": expect.stringContaining("already") });
    const person = { firstName: "A", lastName: "B", role: "member" as const, password: "gravel-onion-lantern-77" };
    const made = await key.POST("/users", { body: { ...person, email: first } });
    expect(faultsOf(made)).toEqual({ "#/email": expect.stringContaining("already") });
    const form = await ada.submit(`/admin/managers/${max.id}/personal-information`, { email: first });
    expect(errorsOf(form.text)).toEqual({ email: expect.stringContaining("already") });
    const twice = { password: person.password, confirmPassword: person.password };
    const created = await ada.submit("/admin/managers/new", { ...person, ...twice, email: first });
    expect(errorsOf(created.text)).toEqual({ email: expect.stringContaining("already") });
    expect(await roster.db("users").where({ email: first }).first()).toBeUndefined();
  });

  test("is confirmed by an Admin who saves another or the same email on the page", async () => {
    await set(second);
    await ada.submit(page("/personal-information"), { email: third });
    expect([await stored(), await linksGoTo(third)]).toEqual([[third, null], [third]]);
    await set(second);
    await ada.submit(page("/personal-information"), { email: third });
    expect(await stored()).toEqual([third, null]);
  });

  test("stays unconfirmed when a person makes its user an Admin", async () => {
    await set(second);
    await ada.submit(page("/role"), { role: "admin" });
    expect((await storedUser(roster, zoe)).role).toBe("admin");
    expect([await stored(), await linksGoTo(second)]).toEqual([[second, first], [first]]);
    const own = await logInAs(second);
    expect(linkTo(await card(own, page("")), "Confirm email")).toBe(page("/confirm-email"));
    expect((await own.submit("/profile/confirm-email", {})).status).toBe(303);
    expect(await stored()).toEqual([second, null]);
  });
});

describe.each([
  ["its user", () => logInAs(second), "/profile", () => "/profile/confirm-email", () => zoe.id],
  ["an Admin", async () => ada, undefined, () => page("/confirm-email"), () => roster.people.ada.id],
])("confirming the email as %s", (_who, visitor, profile, address, by) => {
  test("makes reset links go there, informs both addresses and writes history", async () => {
    await set(second);
    const link = await giveResetLink(roster.deps, zoe);
    const me = await visitor();
    const shown = await card(me, profile ?? page(""));
    expect(words(shown)).toContain(`it is unconfirmed. Links to choose a new password go to ${first}`);
    expect(linkTo(shown, "Confirm email")).toBe(address());
    const asked = await me.get(address());
    expect([headings(asked.text, 1), buttons(asked.text)]).toEqual([
      [expect.stringMatching(/^Confirm /)],
      expect.arrayContaining(["Confirm email"]),
    ]);

    const mails = await mailsAfter(async () => {
      expect((await me.submit(address(), {})).headers.location).toBe(profile ?? page(""));
    });
    expect(mails.map(({ to }) => to).sort()).toEqual([first, second].sort());
    expect([await stored(), await linksGoTo(second), await linksGoTo(first)]).toEqual([[second, null], [second], []]);
    expect(await historyOf(roster, zoe, "email.confirmed")).toEqual([
      { action: "email.confirmed", by: by(), changes: { confirmedEmail: { before: first, after: second } } },
    ]);
    expect((await visit(roster).get(link)).status).toBe(404);
    expect(await card(me, profile ?? page(""))).not.toContain("unconfirmed");
  });

  test("a second time changes nothing and writes no second row of history", async () => {
    await set(second);
    const me = await visitor();
    const form = formFields((await me.get(address())).text);
    const answers = [await me.post(address(), form), await me.post(address(), form)];
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await historyOf(roster, zoe, "email.confirmed")).toHaveLength(1);
  });

  test("is refused if a key has set another email meanwhile, and the page shows the new one and asks again", async () => {
    await set(second);
    const me = await visitor();
    const form = formFields((await me.get(address())).text);
    await set(third);
    const refused = await me.post(address(), form);
    expect([refused.status, errorsOf(refused.text)]).toEqual([
      422,
      { form: expect.stringMatching(/^Someone changed/) },
    ]);
    expect(words(refused.text)).toContain(third);
    expect(await stored()).toEqual([third, first]);
    expect((await me.post(address(), formFields(refused.text))).status).toBe(303);
    expect(await stored()).toEqual([third, null]);
  });
});

test("the page that confirms an email answers 404 for another organization's user, and does nothing for a confirmed email", async () => {
  expect(await statusesForOthers(roster, ada, (id) => `/admin/managers/${id}/confirm-email`, { email: first })).toEqual(
    [404],
  );
  expect((await ada.submit(page("/confirm-email"), {})).status).toBe(303);
  expect((await ada.submit(page("/confirm-email"), { email: second })).status).toBe(422);
  expect(await stored()).toEqual([first, null]);
  expect(await historyOf(roster, zoe, "email.confirmed")).toEqual([]);
});

test("the profile says if a mail did not arrive at the last confirmed email", async () => {
  await set(second);
  await outbox(roster);
  await roster
    .db("deliveries")
    .where({ user_id: zoe.id, address: first })
    .update({ sent_at: null, tries: 1, failed_at: new Date().toISOString(), failure: "refused" });
  expect(await card(ada, page(""))).toContain("the mail server refused this address");
});
