import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type BetterSqlite3 from "better-sqlite3";
import { demoPeople } from "../../seeds/people.ts";
import { createRandom, pick } from "../../seeds/random.ts";
import { isSearchSound } from "../../src/cli/check-search-queries.ts";
import { insertPastUsers } from "../../src/cli/queries.ts";
import { isPostgres } from "../../src/database/database.ts";
import { onConnection } from "../../src/database/sqlite.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { listAndCountUsers } from "../../src/users/list-queries.ts";
import { type Position, type SortKey, sortKeys, type UserFilter } from "../../src/users/piece-queries.ts";
import { nameKey, searchText, searchWords } from "../../src/users/search-text.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// So many users that every way of a search is taken: few candidates, some thousands, many, and many that stand bunched at
// one end of the list.

const count = 30_000;
const bunched = 9_000;

let roster: Roster;
let organizationId: OrganizationId;
let everybody: { id: number; role: string; status: string; text: string; by: Record<SortKey, string[]> }[];

beforeAll(async () => {
  roster = await startRoster();
  const { db } = roster;
  const [organization] = await db("organizations").orderBy("name").pluck("id");
  organizationId = organization;
  const people = [...demoPeople({ count, domain: "example.org", seed: 9 })].map((person, index) => ({
    ...person,
    firstName: index > count - bunched ? `Zyq${person.firstName}` : person.firstName,
    email: index > count - bunched ? `wv${index}.${person.email}` : person.email,
    passwordHash: "x",
    photo: undefined,
    version: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    lastLoginAt: person.lastLoginMinutesAgo ? new Date(1.7e12 - person.lastLoginMinutesAgo * 6e4).toISOString() : null,
  }));
  await db.transaction((trx) => insertPastUsers(trx, organizationId, people));
  everybody = (await db("users").where({ organization_id: organizationId })).map((row) => {
    const { id, email, role, status } = row;
    const person = { firstName: row.first_name, lastName: row.last_name, email };
    const name = bytes(nameKey(person));
    const lastLogin = [row.last_login_at];
    const by = { name: [name], email: [email], role: [role, name], status: [status, name], lastLogin };
    return { id, role, status, text: searchText(person), by };
  });
});
afterAll(() => roster.close());

/** A text that JavaScript sorts by code points, as both databases do. */
const bytes = (text: string): string => Buffer.from(text).toString("latin1");
const compare = (a: string, b: string): number => (a < b ? -1 : 1);

function expected({ search, role, status }: UserFilter, key: SortKey, descending: boolean): number[] {
  const words = searchWords(search);
  return everybody
    .filter((row) => (!role || row.role === role) && (!status || row.status === status))
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .sort((one, two) => {
      const at = one.by[key].findIndex((text, index) => text !== two.by[key][index]);
      const difference = at < 0 ? one.id - two.id : compare(one.by[key][at] ?? "", two.by[key][at] ?? "");
      return descending ? -difference : difference;
    })
    .map(({ id }) => id);
}

type Asked = { filter: UserFilter; order: { key: SortKey; descending: boolean } };

/** The same ones in every run. */
function* questions(times: number): Generator<Asked> {
  const random = createRandom(17);
  const part = (length: number): string => {
    const { text } = pick(random, everybody);
    const letters = [...text.replaceAll("\n", " ")];
    const at = Math.floor(random() * Math.max(1, letters.length - length));
    return letters.slice(at, at + length).join("");
  };
  for (let i = 0; i < times; i += 1) {
    const search = [
      () => part(1 + Math.floor(random() * 2)),
      () => part(3),
      () => part(4 + Math.floor(random() * 8)),
      () => `${part(2)} ${part(3)}`,
      () => pick(random, ["zyq", "zy", "wv", "wv2", "q", "y", "zyq a", "anan", "example.org", "a b c d e f g h i j"]),
    ][i % 5]?.();
    const role = pick(random, ["any", "any", "admin", "member"] as const);
    const status = pick(random, ["any", "any", "active", "inactive"] as const);
    const filter = {
      search: search ?? "",
      role: role === "any" ? undefined : role,
      status: status === "any" ? undefined : status,
    };
    yield { filter, order: { key: pick(random, sortKeys), descending: random() < 0.5 } };
  }
}

test("three hundred searches among 30,000 users answer as a plain filter does, pages and counts included", async () => {
  for (const { filter, order } of questions(300)) {
    const ids = expected(filter, order.key, order.descending);
    let from: Position | undefined;
    for (let page = 0; page < 3; page += 1) {
      const wanted = { filter, order, from, limit: 50, cap: 1_001 };
      const found = await listAndCountUsers(roster.db, organizationId, wanted);
      const rest = ids.slice(page * 50);
      expect({ filter, order, page, ids: found.users.map(({ id }) => id) }).toEqual({
        ...{ filter, order, page },
        ids: rest.slice(0, 50),
      });
      expect({ filter, count: found.count }).toEqual({ filter, count: Math.min(ids.length, 1_001) });
      expect(found.next !== undefined).toBe(rest.length > 50);
      from = found.next;
      if (!from) break;
    }
  }
});

test("no search on SQLite goes through all users: each reads an index, or users one by one by their ids", async () => {
  if (isPostgres(roster.db)) return;
  const asked = await statementsOf(async () => {
    for (const question of questions(300))
      await listAndCountUsers(roster.db, organizationId, { ...question, from: undefined, limit: 40, cap: 901 });
  });
  expect(asked.length).toBeGreaterThan(50);
  const plans = await onConnection(roster.db, (connection) =>
    asked.map((sql) => {
      const places = Array.from(sql.matchAll(/\?/g), () => null);
      const steps = connection.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(places);
      return { sql, steps: steps.map(({ detail }) => detail) };
    }),
  );
  // "SCAN users" behind CO-ROUTINE goes through what an index gave for a part of the list.
  const whole = plans.filter(
    ({ steps }) =>
      steps.some((step) => /^SCAN (place|users)\b/.test(step)) && !steps.some((step) => /^CO-ROUTINE users/.test(step)),
  );
  expect(whole).toEqual([]);
});

test("of 30,000 users a search on SQLite looks at the texts of some thousands at most, wherever its matches stand", async () => {
  if (isPostgres(roster.db)) return;
  let looks = 0;
  await onConnection(roster.db, (connection) =>
    connection.function("instr", { deterministic: true }, (text: unknown, word: unknown) => {
      looks += 1;
      return String(text).indexOf(String(word)) + 1;
    }),
  );
  const found: { asked: Asked; looks: number }[] = [];
  for (const asked of [...questions(300), ...bunchedQuestions()]) {
    looks = 0;
    await listAndCountUsers(roster.db, organizationId, { ...asked, from: undefined, limit: 50, cap: 1_001 });
    found.push({ asked, looks });
  }
  found.sort((one, other) => other.looks - one.looks);
  expect(found.filter(({ looks }) => looks > mostLooks)).toEqual([]);
});

/** The 4,000 steps through the list, and the page. */
const mostLooks = 4_200;

/** What stands at the far end of the list, in each order. */
const bunchedQuestions = (): Asked[] =>
  ["zyq", "zy", "wv", "wv2"].flatMap((search) =>
    sortKeys.flatMap((key) => [true, false].map((descending) => ({ filter: { search }, order: { key, descending } }))),
  );

/** What is prepared on the connection meanwhile. */
async function statementsOf(work: () => Promise<void>): Promise<string[]> {
  const asked: string[] = [];
  const connection = await onConnection(roster.db, (it) => it);
  const prepare = connection.prepare;
  connection.prepare = ((sql: string) => {
    asked.push(sql);
    return prepare(sql);
  }) as BetterSqlite3.Database["prepare"];
  await work();
  connection.prepare = prepare;
  return asked;
}

test("the chunks of the search on PostgreSQL are split as they grow, and follow every change of a user", async () => {
  const { db } = roster;
  if (!isPostgres(db)) return;
  const other = (await db("organizations").orderBy("name", "desc").first("id")).id;
  const person = { passwordHash: "x", photo: undefined, version: 1, createdAt: "2026-01-01T00:00:00.000Z" };
  const people = [...demoPeople({ count: 2_500, domain: "example.net", seed: 5 })];
  await db.transaction((trx) =>
    insertPastUsers(
      trx,
      other,
      people.map((it) => ({ ...it, ...person, lastLoginAt: null })),
    ),
  );
  const chunks = await db("user_chunks").where({ organization_id: other, sort: "email" }).pluck("size");
  expect(chunks.length).toBeGreaterThan(1);
  expect(Math.max(...chunks)).toBeLessThan(2_000);
  expect(await isSearchSound(db)).toBe(true);
  const ids = await db("users").where({ organization_id: other }).orderBy("email").limit(6).pluck("id");
  const changes = [
    { name_key: "zz", search_text: "z z\nz z\nz@example.net", email: "z@example.net" },
    { last_login_at: "2026-02-03T04:05:06.789Z" },
    { role: "admin" },
    { status: "inactive" },
    { organization_id: organizationId },
  ];
  for (const [at, change] of changes.entries()) await db("users").where({ id: ids[at] }).update(change);
  await db("users").where({ id: ids[5] }).del();
  expect(await isSearchSound(db)).toBe(true);
  const wanted = { filter: { search: "z@ex" }, order: { key: "email", descending: true }, from: undefined } as const;
  const found = await listAndCountUsers(db, other, { ...wanted, limit: 50, cap: 1_001 });
  expect(found.users.map(({ id }) => id)).toContain(ids[0]);
  await db.raw("alter table users disable trigger searched_users_update");
  await db("users").where({ id: ids[0] }).update({ name_key: "aa" });
  expect(await isSearchSound(db)).toBe(false);
});
