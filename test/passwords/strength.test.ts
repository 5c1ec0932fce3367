import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { knownWords } from "../../src/passwords/known-words.ts";
import { estimateStrength, type Strength } from "../../src/passwords/strength.ts";
import { Busy } from "../../src/roles/errors.ts";
import { apiClient, keyOf } from "../support/api-client.ts";
import { addUser, giveResetLink, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  zoe = await addUser(roster.deps, { email: "zoe@example.com" });
});
afterAll(() => roster.close());

const ask = (password: string, requester = "zoe", known: string[] = []) =>
  estimateStrength(requester, { password, known });
/** The password that takes longest to check of those that fit in 72 bytes. */
const heavy = "zaq1zaq1xsw2".repeat(6);

test("checking a long password does not block other work", async () => {
  await ask("warm up");
  const order: string[] = [];
  const checked = ask(heavy).then(() => order.push("checked"));
  await new Promise((resolve) => setImmediate(resolve));
  order.push("someone else");
  await checked;
  expect(order).toEqual(["someone else", "checked"]);
});

test("passwords checked at the same time each get their own answer", async () => {
  const passwords = ["password", "violet otter hums at the lighthouse", "aaaaaaaaaaaaaaaa", "acmegmbh"];
  const all = await Promise.all(passwords.map((password) => ask(password, "zoe", ["acmegmbh"])));
  expect(all.map((strength) => (strength?.score ?? 0) >= 3)).toEqual([false, true, false, false]);
  expect(all[2]?.warning).toBe("simpleRepeat");
});

test("someone with many passwords to check waits for others, who each get a turn", async () => {
  const order: string[] = [];
  const note = (name: string, asked: Promise<unknown>) => asked.then(() => order.push(name));
  const all = [];
  for (let i = 0; i < 6; i++) all.push(note("much", ask("x", "much")));
  for (const name of ["one", "two"]) all.push(note(name, ask("x", name)));
  await Promise.all(all);
  expect(order.slice(0, 4)).toEqual(["much", "much", "one", "two"]);
  expect(order.slice(4)).toEqual(["much", "much", "much", "much"]);
});

test("at most eight wait for one user and 64 in all, then the next is refused, and the queue continues", async () => {
  const running = ask("x", "first");
  const crowd: Promise<Strength | undefined>[] = [];
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) crowd.push(ask("x", `requester ${i}`));
    await expect(ask("x", `requester ${i}`)).rejects.toThrow(Busy);
  }
  await expect(ask("x", "another")).rejects.toThrow(Busy);
  expect((await Promise.all([running, ...crowd])).every((strength) => strength?.score === 0)).toBe(true);
  expect((await ask("x", "another"))?.score).toBe(0);
});

test("checking stops after three seconds of processor time, and the next password is checked", async () => {
  // Nothing that a page accepts takes so long.
  const many = Array.from({ length: 1_500_000 }, (_, i) => i.toString(36));
  const before = process.cpuUsage();
  const [endless, next] = await Promise.all([ask("zaq1zaq1xsw2".repeat(40), "zoe", many), ask("aaaaaaaa", "another")]);
  const { user, system } = process.cpuUsage(before);
  expect([endless, next?.score]).toEqual([undefined, 0]);
  expect((user + system) / 1_000).toBeGreaterThan(2_900);
  expect((user + system) / 1_000).toBeLessThan(15_000);
});

test("one reset link cannot block others: it gets 503 past its places, and another user gets an answer in between", async () => {
  const link = await giveResetLink(roster, zoe);
  const visitor = visit(roster);
  const fields = { _csrf: await visitor.token(link), password: heavy };
  const other = visit(roster);
  const otherLink = await giveResetLink(roster, roster.people.mia);
  const _csrf = await other.token(otherLink);
  const order: string[] = [];
  const posts = Array.from({ length: 20 }, async (_, i) => {
    // A different password each time, because a repeated form gets the first response.
    const answer = await visitor.post(link, { ...fields, confirmPassword: String(i) });
    order.push(answer.status === 422 ? "link" : "refused");
    return answer;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const weak = await other.post(otherLink, { _csrf, password: "aaaaaaaaaaaaaaaa", confirmPassword: "" });
  order.push("other");
  expect(weak.status).toBe(422);
  const answers = await Promise.all(posts);
  for (const { status, headers } of answers)
    expect([status, headers["retry-after"]]).toEqual(status === 503 ? [503, "10"] : [422, undefined]);
  expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(8);
  expect(order.lastIndexOf("link")).toBeGreaterThan(order.indexOf("other"));
});

test("long names and emails give few known words, and their faults are listed together with a weak password", async () => {
  const huge = Array.from({ length: 100_000 }, (_, i) => i.toString(36)).join(" ");
  const person = { firstName: huge, lastName: huge, email: `${huge}@${huge}`, organization: huge };
  expect(knownWords(person)).toEqual(["roster"]);
  const long = "ab ".repeat(33);
  expect(knownWords({ firstName: long, lastName: long, email: "a@b", organization: long }).length).toBeLessThan(250);
  const client = apiClient(roster, await keyOf(roster, roster.people.ada));
  const password = "aaaaaaaaaaaaaaaa";
  const body = {
    firstName: huge.slice(0, 30_000),
    lastName: "Lee",
    role: "member" as const,
    email: "kim@example.com",
    password,
  };
  const before = process.cpuUsage();
  const { error, response } = await client.POST("/users", { body });
  const { user, system } = process.cpuUsage(before);
  expect(response.status).toBe(422);
  expect(error?.errors?.map(({ pointer }) => pointer)).toEqual(["#/firstName", "#/password"]);
  expect((user + system) / 1_000).toBeLessThan(1_500);
});
