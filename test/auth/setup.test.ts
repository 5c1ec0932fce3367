import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { errorsOf, headings, labels, words } from "../support/html.ts";
import { passwordFaults } from "../support/password-faults.ts";
import { addUser } from "../support/people.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { testIf } from "../support/test-if.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;

beforeEach(async () => {
  roster = await startRoster({}, { isEmpty: true });
});
afterEach(() => roster.close());

/** The path of a new link, as the server prints it when it starts. */
async function newLink(): Promise<string> {
  const link = await makeSetupLink(roster.db, roster.url);
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup\?token=[\w-]{43}$/);
  return link?.slice(roster.url.length) ?? "";
}
const person = {
  organization: " Acme  & Söhne ",
  firstName: "Ada",
  lastName: "O'Lace",
  email: "ADA@Example.com",
  password: "copper lantern drizzle",
  confirmPassword: "copper lantern drizzle",
};
const setUp = (link: string, fields = {}, visitor = visit(roster)) => visitor.submit(link, { ...person, ...fields });
const written = async () => [await roster.db("users").select("id"), await roster.db("organizations").select("id")];

test("the setup page has the fields of the contract, and opening it does not use up the link", async () => {
  const link = await newLink();
  await visit(roster).get(link);
  const page = await visit(roster).get(link);
  expect([page.status, headings(page.text, 1)]).toEqual([200, ["Set up Roster"]]);
  const names = ["Organization", "First name", "Last name", "Email", "Password", "Confirm password"];
  expect(labels(page.text)).toEqual(names);
});

test("setup creates the organization and logs in its first Admin, once", async () => {
  const link = await newLink();
  const ada = visit(roster);
  const answer = await setUp(link, {}, ada);
  expect([answer.status, answer.headers.location]).toEqual([303, "/admin/managers"]);
  const page = await ada.get("/admin/managers");
  expect(page.text).toContain("Roster is set up, and you are logged in.");
  expect(await roster.db("organizations").first()).toMatchObject({ name: "Acme  & Söhne", plan: "free" });
  const names = { first_name: "Ada", last_name: "O'Lace", email: "ada@example.com" };
  expect(await roster.db("users").first()).toMatchObject({ ...names, role: "admin", must_change_password: 0 });
  const rows = await roster.db("activity").orderBy("id");
  const { id: adminId, last_login_at } = await roster.db("users").first();
  expect(rows.map(({ action, actor_id, subject_id }) => [action, actor_id, subject_id])).toEqual([
    ["organization.created", adminId, null],
    ["user.created", adminId, adminId],
    ["user.logged-in", adminId, adminId],
  ]);
  expect(last_login_at).not.toBe("");
  expect((await visit(roster).get(link)).status).toBe(404);
  const login = await visit(roster).submit("/login", { email: "ada@example.com", password: person.password });
  expect(login.status).toBe(303);
});

test("setup gives the browser a new session", async () => {
  const ada = visit(roster);
  const link = await newLink();
  await setUp(link, {}, ada);
  const sessions = await roster.db("sessions");
  expect(sessions).toEqual([expect.objectContaining({ user_id: expect.any(Number) })]);
});

test("if two people set up at the same time, one becomes the Admin", async () => {
  const link = await newLink();
  const both = [setUp(link), setUp(link, { email: "eve@example.com" })];
  expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([303, 404]);
  expect(await roster.db("users").select("id")).toHaveLength(1);
});

describe("a setup link is void", () => {
  const answers = async (link: string): Promise<number[]> => {
    const visitor = visit(roster);
    const _csrf = await visitor.token("/login");
    return [(await visitor.get(link)).status, (await visitor.post(link, { ...person, _csrf })).status];
  };

  testIf(!isOnPostgres, "on PostgreSQL each process has a link")("once another start made a new one", async () => {
    const [old, young] = [await newLink(), await newLink()];
    expect(await answers(old)).toEqual([404, 404]);
    expect(await answers(young)).toEqual([200, 303]);
  });

  testIf(isOnPostgres, "on SQLite there is one process")("once the link of another process was used", async () => {
    const [old, young] = [await newLink(), await newLink()];
    expect((await visit(roster).get(old)).status).toBe(200);
    expect(await answers(young)).toEqual([200, 303]);
    expect(await answers(old)).toEqual([404, 404]);
  });

  test("after 30 minutes", async () => {
    const link = await newLink();
    const { expires_at } = await roster.db("one_time_links").first();
    expect(Math.round((Date.parse(expires_at) - Date.now()) / 60_000)).toBe(30);
    await roster.db("one_time_links").update({ expires_at: new Date().toISOString() });
    expect(await answers(link)).toEqual([404, 404]);
  });

  test("while there is an Admin, and a start then prints none", async () => {
    const link = await newLink();
    await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
    expect(await answers(link)).toEqual([404, 404]);
    expect(await makeSetupLink(roster.db, roster.url)).toBeUndefined();
  });

  test.each(["", "?token=", "?token=null", "?token=x&token=y", "?token[]=x"])(
    "if its address says %j",
    async (query) => {
      await newLink();
      expect(await answers(`/setup${query}`)).toEqual([404, 404]);
      expect(await written()).toEqual([[], []]);
    },
  );

  test("if its token is the hash in the data file", async () => {
    const token = (await newLink()).replace("/setup?token=", "");
    const { token_hash } = await roster.db("one_time_links").first();
    expect(token_hash).toBe(hashToken(token));
    expect(await answers(`/setup?token=${token_hash}`)).toEqual([404, 404]);
  });
});

test("users who are not Admins do not prevent setup", async () => {
  await addUser(roster.deps, { email: "mia@example.com" });
  const taken = await setUp(await newLink(), { email: "mia@example.com" });
  expect(errorsOf(taken.text)).toEqual({ email: "This email is already in use. Use another one." });
  expect((await setUp(await newLink(), { organization: "acme" })).status).toBe(303);
  expect(await roster.db("organizations").pluck("name")).toEqual(["Acme"]);
});

test.each<[string, Record<string, string>, Record<string, string>]>([
  ...passwordFaults,
  ["no organization", { organization: " " }, { organization: "Enter a name for the organization" }],
  ["no first name", { firstName: "" }, { firstName: "Enter a first name" }],
  ["no last name", { lastName: "" }, { lastName: "Enter a last name" }],
  [
    "no address",
    { email: "ada" },
    { email: "Enter an email address like name@example.com, using only a–z, digits and . _ - +" },
  ],
  [
    "everything wrong",
    { organization: "", firstName: "", lastName: "", email: "", password: "", confirmPassword: "" },
    {
      organization: "Enter a name for the organization",
      firstName: "Enter a first name",
      lastName: "Enter a last name",
      email: "Enter an email address",
      password: "Enter a password",
      confirmPassword: "Type the password again",
    },
  ],
])("setup with %s is refused and writes nothing, and the link still works", async (_, fields, errors) => {
  const link = await newLink();
  const answer = await setUp(link, fields);
  expect([answer.status, errorsOf(answer.text)]).toEqual([422, errors]);
  const kept = { ...person, ...fields };
  if (kept.firstName) expect(answer.text).toContain(`value="${kept.firstName}"`);
  if (kept.password) expect(answer.text).not.toContain(kept.password);
  expect(await written()).toEqual([[], []]);
  expect((await setUp(link)).status).toBe(303);
});

test("the first Admin's own email is too weak as a password", async () => {
  const typed = "ada@example.com1";
  const answer = await setUp(await newLink(), { password: typed, confirmPassword: typed });
  expect(Object.keys(errorsOf(answer.text))).toEqual(["password"]);
});

test("before setup the log-in page says so, has the same form and lets no one in", async () => {
  const page = await visit(roster).get("/login");
  expect([page.status, labels(page.text)]).toEqual([200, ["Email", "Password"]]);
  expect(words(page.text)).toContain("Roster is not set up yet. Open the setup link that Roster printed");
  expect((await visit(roster).submit("/login", { email: "ada@example.com", password: "x" })).status).toBe(422);
  expect((await visit(roster).get("/")).headers.location).toBe("/login?next=%2F");
  await setUp(await newLink());
  expect(words((await visit(roster).get("/login")).text)).not.toContain("not set up");
});
