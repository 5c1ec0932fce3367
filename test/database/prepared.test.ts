import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { prepared, preparedFor } from "../../src/database/prepared.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

const firstName = prepared<{ id: number }, { name: string }>((db, $) =>
  db("users").where({ id: $.id }).select({ name: "first_name" }),
);
const rename = prepared<{ id: number; name: string }>((db, $) =>
  db("users").where({ id: $.id }).update({ first_name: $.name }),
);

test("a prepared query takes the values of each call", async () => {
  const { db, people } = roster;
  expect(await firstName.first(db, { id: people.ada.id })).toEqual({ name: "Ada" });
  expect(await firstName.all(db, { id: people.max.id })).toEqual([{ name: "Max" }]);
  expect(await firstName.first(db, { id: 999 })).toBeUndefined();
});

test("values stand in the order of their places, beside constants, booleans as the database keeps them", async () => {
  const find = prepared<{ must: boolean; role: string }, { email: string }>((db, $) =>
    db("users").where({ must_change_password: $.must, status: "inactive", role: $.role }).select("email"),
  );
  expect(await find.all(roster.db, { role: "member", must: false })).toEqual([{ email: "ian@example.com" }]);
  expect(await find.all(roster.db, { role: "member", must: true })).toEqual([]);
});

test("a query of many shapes is another one for each of them", async () => {
  const named = preparedFor<{ limit: number }, { role: string }, { email: string }>((db, $, { limit }) =>
    db("users").where({ role: $.role }).orderBy("email").limit(limit).select("email"),
  );
  expect(await named({ limit: 1 }).all(roster.db, { role: "member" })).toHaveLength(1);
  expect(await named({ limit: 5 }).all(roster.db, { role: "member" })).toHaveLength(2);
});

test("inside of a transaction it belongs to it, and is undone with it", async () => {
  const { db, people } = roster;
  const id = people.mia.id;
  const undone = db.transaction(async (trx) => {
    expect(await rename.run(trx, { id, name: "Other" })).toBe(1);
    expect(await firstName.first(trx, { id })).toEqual({ name: "Other" });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await firstName.first(db, { id })).toEqual({ name: "Mia" });
});

test("outside of it nobody sees what a transaction has not finished, nor writes into it", async () => {
  const { db, people } = roster;
  const id = people.mia.id;
  let seen: Promise<{ name: string } | undefined> = Promise.resolve(undefined);
  let written: Promise<number> = Promise.resolve(0);
  const undone = db.transaction(async (trx) => {
    await rename.run(trx, { id, name: "Half" });
    seen = firstName.first(db, { id });
    written = rename.run(db, { id, name: "Whole" });
    // On SQLite it waits for the one connection.
    if (isOnPostgres) await seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await seen).toEqual({ name: "Mia" });
  expect(await written).toBe(1);
  expect(await firstName.first(db, { id })).toEqual({ name: "Whole" });
});

test("a transaction that is over takes no more", async () => {
  const { db, people } = roster;
  const { trx } = await db.transaction(async (trx) => ({ trx }));
  const late = db.transaction(async () => {
    await expect(rename.run(trx, { id: people.mia.id, name: "Late" })).rejects.toThrow("over");
  });
  await late;
});

test("what may be lost does not wait for the disk, by itself or refused; what is written beside it does", async () => {
  const { db } = roster;
  const put = prepared<{ key: string }>((db, $) => db("throttles").insert({ key: $.key, count: 1, resets_at: "" }), {
    relaxedDurability: true,
  });
  const waits = async (on = db) =>
    isOnPostgres || (await on.raw("select synchronous from pragma_synchronous"))[0].synchronous === 2;
  expect(await put.run(db, { key: "alone" })).toBe(1);
  expect(await waits()).toBe(true);
  await expect(put.run(db, { key: "alone" })).rejects.toThrow();
  expect(await waits()).toBe(true);
  await db.transaction(async (trx) => {
    expect(await put.run(trx, { key: "within" })).toBe(1);
    expect(await waits(trx)).toBe(true);
  });
  expect(await db("throttles").whereIn("key", ["alone", "within"]).pluck("key")).toHaveLength(2);
});

test("a fault is thrown as the database names it, without the values", async () => {
  const insert = prepared<{ name: string }>((db, $) => db("organizations").insert({ name: $.name, name_key: "x" }));
  const fault = await insert.run(roster.db, { name: "secret" }).catch((error: Error) => error);
  expect(fault).toMatchObject({ code: expect.stringMatching(/^(?:SQLITE_CONSTRAINT_NOTNULL|23502)$/) });
  expect(String(fault)).not.toContain("secret");
});

test("a prepared query that holds a literal question mark says so instead of taking it for a value", async () => {
  const literal = prepared<{ id: number }, { id: number }>((db, $) =>
    db("users").where({ id: $.id }).whereRaw("email <> '\\\\?'").select("id"),
  );
  const asked = literal.first(roster.db, { id: 1 });
  await (isOnPostgres ? expect(asked).resolves.toBeDefined() : expect(asked).rejects.toThrow('holds a literal "?"'));
});
