import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import bcrypt from "bcrypt";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { validatePassword } from "../../src/passwords/form.ts";
import { findPasswordError } from "../../src/passwords/rule.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { apiClient, keyOf } from "../support/api-client.ts";
import { errorsOf } from "../support/html.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, visit } from "../support/visitor.ts";

let roster: Roster;
let zoe: Person;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  count += 1;
  zoe = await addUser(roster.deps, { email: `zoe${count}@example.com` });
});
afterAll(() => roster.close());

const composed = "wölf-tramwäy-lantérn 49 각".normalize("NFC");
const decomposed = composed.normalize("NFD");
const logsIn = async (email: string, typed: string, on: Pick<Roster, "url"> = roster) =>
  (await visit(on).submit("/login", { email, password: typed })).status === 303;
const by = { minLength: 15, requester: "someone" };
/** Typed as one keyboard writes it and confirmed as another one does. */
const mixed = { password: decomposed, confirmPassword: composed };

describe("a password in any Unicode form", () => {
  const works = async (email: string) => {
    expect([await logsIn(email, composed), await logsIn(email, decomposed)]).toEqual([true, true]);
  };

  test("works if chosen by a reset link", async () => {
    expect((await visit(roster).submit(await giveResetLink(roster, zoe), mixed)).status).toBe(303);
    await works(zoe.email);
  });

  test("works if set by an Admin, who may confirm with another form of their password", async () => {
    const link = await giveResetLink(roster, roster.people.ada);
    await visit(roster).submit(link, mixed);
    const admin = visit(roster);
    await admin.submit("/login", { email: "ada@example.com", password: composed });
    await roster.db("sessions").update({ password_confirmed_at: timestampIn(-60 * 60_000) });
    const address = `/admin/managers/${zoe.id}/password`;
    const body = { ...mixed, _csrf: await admin.token(address) };
    expect((await admin.post(address, body)).status).toBe(403);
    expect((await admin.post(address, { ...body, ownPassword: "not this one" })).status).toBe(422);
    expect((await admin.post(address, { ...body, ownPassword: decomposed })).status).toBe(303);
    await works(zoe.email);
    await visit(roster).submit(await giveResetLink(roster, roster.people.ada), { password, confirmPassword: password });
  });

  test("works if given for a new user, on the page or over the API", async () => {
    const ada = await logIn(roster, "ada");
    const person = { firstName: "Kim", lastName: "Lee", role: "member" as const };
    const email = `kim${count}@example.com`;
    expect((await ada.submit("/admin/managers/new", { ...person, email, ...mixed })).status).toBe(303);
    await works(email);
    const client = apiClient(roster, await keyOf(roster, roster.people.ada, { name: `Key ${count}` }));
    const { response } = await client.POST("/users", {
      body: { ...person, email: `api-${email}`, password: decomposed },
    });
    expect(response.status).toBe(201);
    await works(`api-${email}`);
  });

  test("works if chosen at /new-password, which recognizes the current one in another form", async () => {
    await visit(roster).submit(await giveResetLink(roster, zoe), mixed);
    await roster.db("users").where({ id: zoe.id }).update({ must_change_password: true });
    const visitor = visit(roster);
    await visitor.submit("/login", { email: zoe.email, password: composed });
    const same = { password: decomposed, confirmPassword: decomposed };
    expect(errorsOf((await visitor.submit("/new-password", same)).text)).toEqual({
      password: "This is your current password. Choose another one.",
    });
    const other = { password: `x${decomposed}`, confirmPassword: `x${composed}` };
    expect((await visitor.submit("/new-password", other)).status).toBe(303);
    expect(await logsIn(zoe.email, `x${composed}`)).toBe(true);
  });

  test("works if chosen at setup", async () => {
    const empty = await startRoster({}, { isEmpty: true });
    try {
      const link = (await makeSetupLink(empty.db, empty.url))?.slice(empty.url.length) ?? "";
      const admin = { organization: "Acme", firstName: "Ada", lastName: "Lovelace", email: "ada@example.com" };
      expect((await visit(empty).submit(link, { ...admin, ...mixed })).status).toBe(303);
      expect(await logsIn("ada@example.com", composed, empty)).toBe(true);
    } finally {
      await empty.close();
    }
  });

  test("is stored in NFC, and its length counts in NFC", async () => {
    await visit(roster).submit(await giveResetLink(roster, zoe), mixed);
    const { password_hash } = await storedUser(roster, zoe);
    expect(await bcrypt.compare(composed, password_hash)).toBe(true);
    const stranger = { firstName: "", lastName: "", email: "", organization: "" };
    // 72 bytes, or 216 decomposed; 14 characters, or 28 decomposed.
    expect(await findPasswordError("각빓쎅뭯".normalize("NFD").repeat(6), stranger, by)).not.toContain("too long");
    expect(await findPasswordError("wölfträmwäylän".normalize("NFD"), stranger, by)).toContain("too short");
  });
});

test("a password that is far too long is not normalized, on any page", async () => {
  const marks = `a${"\u0345\u0301".repeat(50_000)}`;
  const stranger = { firstName: "", lastName: "", email: "", organization: "" };
  const before = process.cpuUsage();
  expect(await roster.deps.hashing.verify(marks, await bcrypt.hash(password, 4))).toBe(false);
  expect(await validatePassword({ password: marks, confirmPassword: marks }, stranger, by)).toEqual({
    password: expect.stringContaining("too long"),
  });
  expect(await validatePassword({ password, confirmPassword: marks }, stranger, by)).toEqual({
    confirmPassword: "The passwords don’t match",
  });
  const { user, system } = process.cpuUsage(before);
  // Normalizing it once takes 3,000 ms. The thread of zxcvbn has loaded its dictionaries before.
  expect((user + system) / 1_000).toBeLessThan(1_500);
});

test.each([
  ["a carriage return at the end", `${password}\r`],
  ["a line break", `${password}\nmore`],
  ["a byte order mark", `\ufeff${password}`],
])("%s is not allowed in a password over the API, since no page could send it", async (_, typed) => {
  const client = apiClient(roster, await keyOf(roster, roster.people.ada, { name: `Key ${count}` }));
  const body = {
    firstName: "Kim",
    lastName: "Lee",
    role: "member" as const,
    email: "kim@example.com",
    password: typed,
  };
  const { error } = await client.POST("/users", { body });
  expect(error?.errors).toEqual([
    { pointer: "#/password", detail: "The password has characters that can’t be saved; use others" },
  ]);
});
