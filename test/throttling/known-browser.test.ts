import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import bcrypt from "bcrypt";
import { hashToken } from "../../src/platform/secrets.ts";
import { knownVisitor as known, triesFor as triesIn, tryLogIn as tryIn, wrong } from "../support/guessing.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster, startSecondServer } from "../support/roster.ts";
import { cookiesOf } from "../support/sessions.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(async () => {
  await roster.db("throttles").del();
  await roster.db("known_browsers").del();
});
afterAll(() => roster.close());

const tryLogIn = (email: string, typed?: string, visitor?: Visitor) => tryIn(roster, email, typed, visitor);
const triesFor = (email: string, count: number, visitor?: Visitor) => triesIn(roster, email, count, visitor);
const knownVisitor = (person: Person) => known(roster, person);
const browsersOf = ({ id }: Person) => roster.db("known_browsers").where({ user_id: id });
const tokenOf = (visitor: Visitor): string =>
  visitor.agent.jar.getCookie("roster-known", { domain: "127.0.0.1", path: "/", secure: false, script: false })
    ?.value ?? "";

test("the cookie of a known browser is HttpOnly and lasts 400 days; its token is stored only as a hash and changes at each log-in", async () => {
  const visitor = visit(roster);
  const answer = await visitor.submit("/login", { email: "mia@example.com", password });
  const { line = "", value = "" } = cookiesOf(answer)["roster-known"] ?? {};
  expect(line.replace(/=[^;]+/, "=…").replace(/Expires=[^;]+/, "Expires=…")).toBe(
    "roster-known=…; Max-Age=34560000; Path=/; Expires=…; HttpOnly; SameSite=Lax",
  );
  expect(await browsersOf(roster.people.mia)).toEqual([expect.objectContaining({ token_hash: hashToken(value) })]);
  await visitor.post("/logout", { _csrf: await visitor.token("/profile") });
  await tryLogIn("mia@example.com", password, visitor);
  expect(await browsersOf(roster.people.mia)).toEqual([
    expect.objectContaining({ token_hash: hashToken(tokenOf(visitor)) }),
  ]);
  expect(tokenOf(visitor)).not.toBe(value);
});

test("the cookie of a known browser is Secure and named __Host-roster-known under https", async () => {
  const secure = await startSecondServer(roster, { BASE_URL: "https://roster.example" });
  const page = await visit(secure).get("/login");
  const session = Object.values(cookiesOf(page))[0]?.line.split(";")[0] ?? "";
  const _csrf = /name="_csrf" value="([^"]*)"/.exec(page.text)?.[1];
  const answer = await visit(secure)
    .post("/login", { _csrf, email: "mia@example.com", password })
    .set({ Cookie: session, Origin: "https://roster.example" });
  await secure.close();
  expect(cookiesOf(answer)["__Host-roster-known"]?.line).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
});

describe("a browser that has logged in to the account before", () => {
  test("gets in after others have used up the tries of the account and the network, and does not reset these", async () => {
    const owner = await knownVisitor(roster.people.mia);
    for (let i = 0; i < 12; i++) await triesFor(`${i}@example.com`, 5);
    await roster.db("throttles").insert({
      key: `login:${hashToken("mia@example.com")}`,
      count: 9,
      locked_until: "2999-01-01T00:00:00.000Z",
      resets_at: "2999-01-01T00:00:00.000Z",
    });
    expect(await tryLogIn("mia@example.com", password)).toBe(429);
    expect(await tryLogIn("mia@example.com", password, owner)).toBe(303);
    expect(await tryLogIn("mia@example.com", password)).toBe(429);
  });

  test("has its own five tries, which the right password resets", async () => {
    const { mia } = roster.people;
    const owner = await knownVisitor(mia);
    expect(await triesFor(mia.email, 4, owner)).toEqual([422, 422, 422, 422]);
    expect(await tryLogIn(mia.email, password, owner)).toBe(303);
    await owner.post("/logout", { _csrf: await owner.token("/profile") });
    expect(await triesFor(mia.email, 6, owner)).toEqual([422, 422, 422, 422, 422, 429]);
    expect(await tryLogIn(mia.email, password, owner)).toBe(429);
    expect(await tryLogIn(mia.email, password)).toBe(303);
  });

  test("is known only to that account", async () => {
    const { mia, max } = roster.people;
    const attacker = await knownVisitor(max);
    await triesFor(mia.email, 5);
    expect(await tryLogIn(mia.email, password, attacker)).toBe(429);
  });

  test("stays known to each of several people, with a count for each", async () => {
    const { mia, max } = roster.people;
    const shared = await knownVisitor(mia);
    await triesFor(mia.email, 5, shared);
    expect(await tryLogIn(max.email, password, shared)).toBe(303);
    await shared.post("/logout", { _csrf: await shared.token("/profile") });
    expect(await tryLogIn(mia.email, wrong, shared)).toBe(429);
    expect((await roster.db("known_browsers").distinct("token_hash")).length).toBe(1);
  });

  test("still needs the password to log in", async () => {
    const owner = await knownVisitor(roster.people.mia);
    expect((await owner.get("/profile")).status).toBe(303);
    expect(await tryLogIn("mia@example.com", "", owner)).toBe(422);
  });
});

test("the last ten browsers of each user are known", async () => {
  const person = await addUser(roster.deps, { email: "many@example.com" });
  const first = await knownVisitor(person);
  for (let i = 0; i < 10; i++) await logIn(roster, person);
  expect(await browsersOf(person)).toHaveLength(10);
  await triesFor(person.email, 5);
  expect(await tryLogIn(person.email, password, first)).toBe(429);
});

describe("a new password", () => {
  test("set by an Admin makes the user's browsers unknown, and nobody else's", async () => {
    const person = await addUser(roster.deps, { email: "changed@example.com" });
    await knownVisitor(person);
    const ada = await logIn(roster, "ada");
    const typed = { password: "heron-lattice-quarry-81", confirmPassword: "heron-lattice-quarry-81" };
    expect((await ada.submit(`/admin/managers/${person.id}/password`, typed)).status).toBe(303);
    expect([await browsersOf(person), await browsersOf(roster.people.ada)]).toEqual([[], [expect.anything()]]);
  });

  test("that an Admin sets for themselves keeps this browser known", async () => {
    const person = await addUser(roster.deps, { email: "own@example.com", role: "admin" });
    const [admin] = [await logIn(roster, person), await knownVisitor(person)];
    const chosen = "heron-lattice-quarry-81";
    const typed = { password: chosen, confirmPassword: chosen };
    expect((await admin.submit(`/admin/managers/${person.id}/password`, typed)).status).toBe(303);
    expect(await browsersOf(person)).toHaveLength(1);
    await admin.post("/logout", { _csrf: await admin.token("/profile") });
    await triesFor(person.email, 5);
    expect([await tryLogIn(person.email, chosen), await tryLogIn(person.email, chosen, admin)]).toEqual([429, 303]);
  });

  test("set by reset link makes this browser known, so that others' tries do not lock it out", async () => {
    const person = await addUser(roster.deps, { email: "guessed@example.com" });
    await triesFor(person.email, 5);
    const owner = visit(roster);
    const chosen = "heron-lattice-quarry-81";
    const link = await giveResetLink(roster.deps, person);
    expect((await owner.submit(link, { password: chosen, confirmPassword: chosen })).status).toBe(303);
    expect(await tryLogIn(person.email, chosen)).toBe(429);
    expect(await tryLogIn(person.email, chosen, owner)).toBe(303);
  });
});

test("known browsers, sessions and reset links get their turn while strangers fill their part of the queue", async () => {
  const owner = await knownVisitor(roster.people.mia);
  const admin = await logIn(roster, "ada");
  const slow = await bcrypt.hash("x", 10);
  // A stranger who had a turn tries again immediately, so that the strangers' part of the queue stays full.
  let isOver = false;
  const tryAgain = async (): Promise<void> => {
    while (!isOver)
      await roster.deps.hashing.verify("y", slow).catch(() => new Promise((resolve) => setTimeout(resolve, 1)));
  };
  const crowd = Array.from({ length: 60 }, tryAgain);
  const chosen = { password: "copper lantern drizzle 8", confirmPassword: "copper lantern drizzle 8" };
  const [person, other] = [await addUser(roster.deps, { email: "wolf@example.com" }), roster.people.max];
  const statuses = [
    await tryLogIn("mia@example.com", password, owner),
    (await visit(roster).submit(await giveResetLink(roster, person), chosen)).status,
    (await admin.submit(`/admin/managers/${other.id}/password`, chosen)).status,
  ];
  const late = await visit(roster).submit("/login", { email: "mia@example.com", password });
  expect([statuses, late.status, late.headers["retry-after"]]).toEqual([[303, 303, 303], 503, "10"]);
  isOver = true;
  await Promise.all(crowd);
});
