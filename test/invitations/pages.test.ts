import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { buttons, errorsOf, headings, labels, words } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited, type Person } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { formFields, logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const chosen = "copper lantern drizzle";
const passwords = { password: chosen, confirmPassword: chosen };
const newEmail = (): string => `new${++count}@example.com`;
const invite = (more: { role?: "admin" | "member" } = {}) => addInvited(roster.deps, { email: newEmail(), ...more });
const linksOf = ({ id }: Pick<Person, "id">) => roster.db("one_time_links").where({ user_id: id });
const byEmail = (email: string): Promise<Person> => roster.db("users").where({ email }).first("id", "email");
const actionsOf = async (person: Pick<Person, "id">) => (await historyOf(roster, person)).map(({ action }) => action);
const mailsTo = async (email: string) => {
  await afterResponseSettled();
  return (await outbox(roster)).filter(({ to }) => to === email);
};
const linkIn = (text: string): string => /\/invitation\/[\w-]{43}/.exec(text)?.[0] ?? "missing";
const profile = ({ id }: Pick<Person, "id">): string => `/admin/managers/${id}`;

test("“Send an invitation” creates an active user and mails a link that says who invites to what", async () => {
  const email = newEmail();
  const fields = { firstName: "Ina", lastName: "Vited", email, role: "manager", access: "mail" };
  const answer = await ada.submit("/admin/managers/new", fields);
  const user = await byEmail(email);
  expect([answer.status, answer.headers.location]).toEqual([303, profile(user)]);
  const { text } = await ada.get(profile(user));
  expect(words(text)).toContain(`The invitation is on its way to ${email}.`);
  expect(words(text)).toMatch(/Invited, until \d+ \w{3}/);
  expect(await actionsOf(user)).toEqual(["user.created", "user.invited"]);
  const [mail] = await mailsTo(email);
  expect(mail?.subject).toBe("You are invited to Acme");
  expect(mail?.text).toContain("Ada Lovelace invited you to join Acme on Roster.");
  expect((await linksOf(user))[0].token_hash).toBe(hashToken(linkIn(mail?.text ?? "").slice("/invitation/".length)));
  expect(words((await ada.get("/admin/managers?search=new")).text)).toMatch(/Invited, until \d+ \w{3}/);
});

test("“Show an invitation link to copy” shows it once, over the new profile, and mails nothing", async () => {
  const email = newEmail();
  const fields = { firstName: "Ira", lastName: "Vited", email, role: "member", access: "link" };
  const answer = await ada.submit("/admin/managers/new", fields);
  expect(answer.status).toBe(200);
  expect(words(answer.text)).toContain("Invitation link for Ira Vited");
  const user = await byEmail(email);
  expect(answer.text).toContain(`${roster.url}${linkIn(answer.text)}`);
  expect((await visit(roster).get(linkIn(answer.text))).status).toBe(200);
  expect((await ada.get(profile(user))).text).not.toContain("/invitation/");
  expect(await mailsTo(email)).toEqual([]);
});

test("typed passwords count, whatever is chosen; where there is a mail server it is the invitation", async () => {
  const email = newEmail();
  const fields = { firstName: "Ida", lastName: "Set", email, role: "member", access: "link", ...passwords };
  expect((await ada.submit("/admin/managers/new", { ...fields, mustChange: undefined })).status).toBe(303);
  expect((await visit(roster).submit("/login", { email, password: chosen })).status).toBe(303);
  const refused = await ada.submit("/admin/managers/new", { ...fields, email: newEmail(), confirmPassword: "" });
  expect(formFields(refused.text)).toMatchObject({ access: "password" });
  const second = await startSecondServer(roster, { SMTP_URL: "smtp://127.0.0.1:9" });
  const there = visit(second);
  await there.submit("/login", { email: "ada@example.com", password: "violet-otter-tramway-49" });
  expect(formFields((await there.get("/admin/managers/new")).text)).toMatchObject({ access: "mail" });
  await second.close();
});

test("“Generate a password” shows five random words once, and asks for a new password at the log-in", async () => {
  const email = newEmail();
  const fields = { firstName: "Gen", lastName: "Rated", email, role: "member", access: "generate" };
  const answer = await ada.submit("/admin/managers/new", fields);
  const [, password = ""] = /<code class="secret"[^>]*>([a-z-]+)<\/code>/.exec(answer.text) ?? [];
  expect(password.split("-")).toHaveLength(5);
  const visitor = visit(roster);
  expect((await visitor.submit("/login", { email, password })).status).toBe(303);
  expect((await visitor.get("/profile")).headers.location).toMatch(/^\/new-password/);
});

test("opening the link, or sending it no acceptable password, uses nothing up", async () => {
  const ina = await invite();
  const before = [await linksOf(ina), await storedUser(roster, ina)];
  for (let i = 0; i < 3; i++) {
    const page = await visit(roster).get(ina.page);
    expect([page.status, headings(page.text, 1)]).toEqual([200, ["Choose your password"]]);
    expect(labels(page.text)).toEqual(["New password", "Confirm new password"]);
    expect(buttons(page.text)).toContain("Save password");
  }
  expect((await visit(roster).agent.head(ina.page)).status).toBe(200);
  for (const fields of [{}, { password: "short", confirmPassword: "short" }, { ...passwords, confirmPassword: "no" }])
    expect((await visit(roster).submit(ina.page, fields)).status).toBe(422);
  expect((await visit(roster).agent.post(ina.page).type("form").send(passwords)).status).toBe(403);
  expect([await linksOf(ina), await storedUser(roster, ina)]).toEqual(before);
});

test("accepting ends all links and leads to the log-in page with the email filled in, once", async () => {
  const ina = await invite();
  const copied = linkIn((await ada.submit(profile(ina), {}, { action: `${profile(ina)}/invitation-link` })).text);
  const visitor = visit(roster);
  const answer = await visitor.submit(ina.page, passwords);
  expect([answer.status, answer.headers.location]).toEqual([303, "/login"]);
  const page = await visitor.get("/login");
  expect(page.text).toContain("Your password is saved. Log in with it.");
  expect(formFields(page.text)).toMatchObject({ email: ina.email });
  expect(formFields((await visitor.get("/login")).text)).toMatchObject({ email: "" });
  expect((await visitor.submit("/login", { email: ina.email, password: chosen })).headers.location).toBe("/");
  expect(await storedUser(roster, ina)).toMatchObject({ invited_until: null, confirmed_email: null });
  expect(await actionsOf(ina)).toEqual([
    "user.created",
    "user.invited",
    "invitation.shown",
    "invitation.accepted",
    "user.logged-in",
  ]);
  for (const link of [ina.page, copied]) {
    const dead = await visit(roster).get(link);
    expect([dead.status, headings(dead.text, 1)]).toEqual([404, ["This link no longer works"]]);
    expect(words(dead.text)).toContain("ask an Admin to send the invitation again");
  }
  // Buttons on an old tab, and the page of someone who has a password.
  const late = await ada.post(`${profile(ina)}/invitation`, { _csrf: await ada.token(profile(ina)) });
  expect([late.status, Object.values(errorsOf(late.text))]).toEqual([
    422,
    ["This user already has a password. For a new one, use “Forgot password?” on the log-in page."],
  ]);
  expect(buttons((await ada.get(profile(ina))).text)).not.toContain("Resend invitation");
});

test("a link works once, even if two tabs send it at the same time", async () => {
  const ina = await invite();
  const tabs = await Promise.all(
    [visit(roster), visit(roster)].map(async (tab) => ({ tab, _csrf: await tab.token(ina.page) })),
  );
  const answers = await Promise.all(tabs.map(({ tab, _csrf }) => tab.post(ina.page, { ...passwords, _csrf })));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
});

test("Resend invitation mails one more link; a second press makes none, and past ten an hour it is refused", async () => {
  const ina = await invite();
  const action = `${profile(ina)}/invitation`;
  const form = { _csrf: await ada.token(profile(ina)) };
  const [first, second] = [await ada.post(action, form), await ada.post(action, form)];
  expect([first.status, second.status, second.headers.location]).toEqual([303, 303, first.headers.location]);
  expect(await linksOf(ina)).toHaveLength(2);
  expect(await mailsTo(ina.email)).toHaveLength(1);
  expect((await visit(roster).get(ina.page)).status).toBe(200);
  for (let more = 0; more < 9; more++) expect((await ada.submit(profile(ina), {}, { action })).status).toBe(303);
  const refused = await ada.submit(profile(ina), {}, { action });
  expect([refused.status, Number(refused.headers["retry-after"]) > 0]).toEqual([429, true]);
  expect(await linksOf(ina)).toHaveLength(11);
});

test("an Admin who sets a password accepts in their place, and invited users get no API keys", async () => {
  const ina = await invite();
  const keys = await ada.post(`${profile(ina)}/api-keys`, { name: "Key", _csrf: await ada.token(profile(ina)) });
  expect([keys.status, await roster.db("api_keys").where({ user_id: ina.id })]).toEqual([422, []]);
  await ada.submit(`${profile(ina)}/password`, { ...passwords, mustChange: undefined });
  expect([(await visit(roster).get(ina.page)).status, await linksOf(ina)]).toEqual([404, []]);
  expect((await visit(roster).submit("/login", { email: ina.email, password: chosen })).status).toBe(303);
});

test("Forgot password? sends someone who was invited the invitation again", async () => {
  const ina = await invite();
  const answers = [];
  for (const email of [ina.email, "nobody@example.com"])
    answers.push((await visit(roster).submit("/forgot-password", { email })).text);
  const plain = (text = ""): string => text.replace(/value="[^"]*"/g, "");
  expect(plain(answers[0])).toBe(plain(answers[1]));
  const mails = await mailsTo(ina.email);
  expect(mails.map(({ subject }) => subject)).toEqual(["You are invited to Acme"]);
  expect(mails[0]?.text).toContain("You are invited to join Acme on Roster.");
  expect((await visit(roster).get(linkIn(mails[0]?.text ?? ""))).status).toBe(200);
});
