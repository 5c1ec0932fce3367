import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { isSearchSound } from "../../src/cli/check-search-queries.ts";
import { isPostgres } from "../../src/database/database.ts";
import { onConnection } from "../../src/database/sqlite.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { listUsers } from "../../src/users/list-queries.ts";
import { addingManyUsers } from "../../src/users/many-queries.ts";
import { orders } from "../../src/users/order-queries.ts";
import type { SortKey } from "../../src/users/piece-queries.ts";
import { nameKey, searchText } from "../../src/users/search-text.ts";
import { divideOneFull } from "../../src/users/shelf-queries.ts";
import { startTidying } from "../../src/users/tidying.ts";
import { eventually } from "../support/eventually.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// The indexes of the search, which stand in the order of the list, on shelves that are divided as they fill up (SQLite).

let roster: Roster;
let organizationId: OrganizationId;
beforeEach(async () => {
  roster = await startRoster();
  organizationId = await roster
    .db("organizations")
    .orderBy("name")
    .first("id")
    .then((row) => row.id);
});
afterEach(() => roster.close());

const stamp = "2026-01-01T00:00:00.000Z";

function row(name: string): Record<string, unknown> {
  const person = { firstName: name, lastName: "Wren", email: `${name.toLowerCase()}@example.org` };
  return {
    ...{ organization_id: organizationId, role: "member", password_hash: "x", created_at: stamp },
    ...{ email: person.email, first_name: name, last_name: "Wren" },
    ...{ search_text: searchText(person), name_key: nameKey(person) },
  };
}

const numbered = (at: number): string => `Sam${String(at).padStart(5, "0")}`;

/** One after the other, as the API would; full shelves are divided meanwhile. */
async function insertOneByOne(names: string[]): Promise<void> {
  const { db } = roster;
  await db.transaction(async (trx) => {
    for (const [index, name] of names.entries()) {
      await trx("users").insert(row(name));
      if (index % 100 === 99) while (await divideOneFull(trx));
    }
    while (await divideOneFull(trx));
  });
}

/** How many stand on the fullest shelf of an order. */
async function fullest(order: string): Promise<number> {
  const [{ most }] = await roster.db.raw(
    `select max(users) as most from (select count(*) as users from ${order}_order group by place >> 14)`,
  );
  return most;
}

async function listAll(search: string, key: SortKey, descending = false): Promise<string[]> {
  const filter = { search };
  const { users } = await listUsers(roster.db, organizationId, {
    ...{ filter, order: { key, descending }, from: undefined, limit: 10_000 },
  });
  return users.map(({ firstName }) => firstName);
}

test("thousands who are created one after the other, in the order of their names, are found in order on small shelves", async () => {
  if (isPostgres(roster.db)) return;
  const names = Array.from({ length: 4_000 }, (_, at) => numbered(at));
  // So close together that there is no number left between two shelves, and others have to move on.
  await roster.db("name_shelves").insert([
    { organization_id: organizationId, key: "sam", id: 0, number: 1 },
    { organization_id: organizationId, key: "sax", id: 0, number: 40 },
    { organization_id: organizationId, key: "say", id: 0, number: 41 },
  ]);
  await insertOneByOne([...names, "Saxo", "Sayid"]);
  expect(await isSearchSound(roster.db)).toBe(true);
  expect(await roster.db("full_shelves")).toEqual([]);
  for (const order of orders) expect(await fullest(order)).toBeLessThanOrEqual(256);
  const all = [...names, "Saxo", "Sayid"];
  expect(await listAll("wren", "name")).toEqual(all);
  expect(await listAll("wren", "email", true)).toEqual(all.toReversed());
});

test("created in the opposite order and at random they are found in order, too", async () => {
  if (isPostgres(roster.db)) return;
  const names = Array.from({ length: 1_500 }, (_, at) => numbered(at));
  await insertOneByOne(names.filter((_, at) => at % 3 === 0).reverse());
  await insertOneByOne(
    names.filter((_, at) => at % 3 !== 0).toSorted((one, other) => (one.slice(-2) < other.slice(-2) ? -1 : 1)),
  );
  expect(await isSearchSound(roster.db)).toBe(true);
  for (const order of orders) expect(await fullest(order)).toBeLessThanOrEqual(256);
  expect(await listAll("wren", "name")).toEqual(names);
});

test("whoever logs in again and again, or changes names, takes up no more room", async () => {
  const { db } = roster;
  if (isPostgres(db)) return;
  await insertOneByOne(["Ana", "Bob", "Cid"]);
  const ids: number[] = await db("users").where({ last_name: "Wren" }).orderBy("first_name").pluck("id");
  // Two shelves, between which everybody goes to and fro.
  const beyond = { name: "zz", last_login: "2100-01-01" };
  for (const [order, key] of Object.entries(beyond))
    await db(`${order}_shelves`).insert({ organization_id: organizationId, key, id: 0, number: 64 });
  for (let turn = 0; turn < 600; turn += 1) {
    const isUp = turn % 2 === 0;
    const id = ids[Math.floor(turn / 2) % ids.length] ?? 0;
    await db("users")
      .where({ id })
      .update({ name_key: isUp ? "zzz" : "a", last_login_at: `${isUp ? 2100 : 2026}-07-01T00:00:00.000Z` });
  }
  expect(await isSearchSound(db)).toBe(true);
  expect(await db("full_shelves")).toEqual([]);
  for (const order of orders) {
    const [{ highest }] = await db.raw(`select max(place & 16383) as highest from ${order}_order`);
    expect(highest).toBeLessThan(256);
  }
});

test("what is changed of a user is found at once, in each order, and what was is found no more", async () => {
  const { db } = roster;
  if (isPostgres(db)) return;
  await insertOneByOne(["Ana", "Bob", "Cid"]);
  const [ana] = await db("users").where({ first_name: "Ana" }).pluck("id");
  await db("users").where({ id: ana }).update({ last_login_at: "2026-07-01T00:00:00.000Z", role: "admin" });
  expect(await listAll("wren", "lastLogin", true)).toEqual(["Ana", "Cid", "Bob"]);
  expect(await listAll("wren", "role")).toEqual(["Ana", "Bob", "Cid"]);
  const person = { firstName: "Zeb", lastName: "Wren", email: "zeb@example.org" };
  await db("users")
    .where({ id: ana })
    .update({ first_name: "Zeb", email: person.email, name_key: nameKey(person), search_text: searchText(person) });
  for (const key of ["name", "email", "role", "status", "lastLogin"] as const) {
    expect(await listAll("ana wren", key)).toEqual([]);
    expect(await listAll("zeb", key)).toEqual(["Zeb"]);
  }
  expect(await listAll("wren", "name")).toEqual(["Bob", "Cid", "Zeb"]);
  await db("users").where({ id: ana }).del();
  expect(await listAll("wren", "email")).toEqual(["Bob", "Cid"]);
  expect(await isSearchSound(db)).toBe(true);
});

test("many who are inserted at once are found when that is done, or not at all where it fails", async () => {
  const { db } = roster;
  if (isPostgres(db)) return;
  const names = Array.from({ length: 300 }, (_, at) => numbered(at));
  const insert = (trx: Roster["db"]) => trx.batchInsert("users", names.map(row), 100);
  const failing = db.transaction((trx) =>
    addingManyUsers(trx, names.length, async () => {
      await insert(trx);
      throw new Error("no");
    }),
  );
  await expect(failing).rejects.toThrow("no");
  expect(await db("search_off")).toEqual([]);
  expect(await listAll("wren", "name")).toEqual([]);
  await db.transaction((trx) => addingManyUsers(trx, names.length, () => insert(trx)));
  expect(await listAll("wren", "name")).toEqual(names);
  expect(await isSearchSound(db)).toBe(true);
});

test("beside the work, full shelves are divided and the index's parts are merged, until there is nothing left to do", async () => {
  const { db, deps } = roster;
  if (isPostgres(db)) return;
  const parts = async (): Promise<number> => {
    const [{ count }] = await db.raw("select count(distinct segid) as count from name_grams_idx");
    return count;
  };
  for (let at = 0; at < 300; at += 1) await db("users").insert(row(numbered(at)));
  expect(await db("full_shelves").orderBy("sort").pluck("sort")).toEqual(["email", "last_login", "name"]);
  const stop = startTidying(db, deps.logger);
  try {
    await eventually(async () => (await db("full_shelves")).length === 0);
    // Fewer than would be merged by the saves themselves.
    for (let at = 300; (await parts()) < 12; at += 1) await db("users").insert(row(numbered(at)));
    await eventually(async () => (await parts()) < 8);
  } finally {
    await stop();
  }
  const changes = (): Promise<unknown> =>
    onConnection(db, (connection) => connection.prepare("select total_changes()").pluck().get());
  const then = await changes();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await changes()).toBe(then);
  for (const order of orders) expect(await fullest(order)).toBeLessThanOrEqual(256);
  expect((await listAll("wren", "name")).slice(0, 300)).toEqual(Array.from({ length: 300 }, (_, at) => numbered(at)));
  expect(await isSearchSound(db)).toBe(true);
});
