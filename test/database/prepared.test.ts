import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { prepared } from "../../src/database/prepared.ts";
import { readTogether } from "../../src/database/sqlite.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { testIf } from "../support/test-if.ts";

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

test("a prepared query inside a transaction is undone with it", async () => {
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

test("a prepared query outside a transaction neither sees nor joins its unfinished writes", async () => {
  const { db, people } = roster;
  const id = people.mia.id;
  let seen: Promise<{ name: string } | undefined> = Promise.resolve(undefined);
  let written: Promise<number> = Promise.resolve(0);
  const undone = db.transaction(async (trx) => {
    await rename.run(trx, { id, name: "Half" });
    seen = firstName.first(db, { id });
    written = rename.run(db, { id, name: "Whole" });
    // On SQLite the read waits for the one connection.
    if (isOnPostgres) await seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await seen).toEqual({ name: "Mia" });
  expect(await written).toBe(1);
  expect(await firstName.first(db, { id })).toEqual({ name: "Whole" });
});

test("queries that start together read what is saved, whatever else runs, and leave no transaction open", async () => {
  const { db, people } = roster;
  const [mia, max] = [people.mia.id, people.max.id];
  const names = () => Promise.all([firstName.first(db, { id: mia }), firstName.first(db, { id: max })]);
  const saved = await names();
  const together = () => readTogether(db, names);
  expect(await together()).toEqual(saved);
  let during: ReturnType<typeof together> | undefined;
  const undone = db.transaction(async (trx) => {
    await rename.run(trx, { id: mia, name: "Half" });
    during = together();
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await during).toEqual(saved);
  const failing = (): void => {
    throw new Error("failed");
  };
  expect(() => readTogether(db, failing)).toThrow("failed");
  await db.transaction((trx) => rename.run(trx, { id: mia, name: "New" }));
  expect(await together()).toEqual([{ name: "New" }, saved[1]]);
});

test("a transaction that has ended takes no more prepared queries", async () => {
  const { db, people } = roster;
  const { trx } = await db.transaction(async (trx) => ({ trx }));
  const late = db.transaction(async () => {
    await expect(rename.run(trx, { id: people.mia.id, name: "Late" })).rejects.toThrow("over");
  });
  await late;
});

testIf(!isOnPostgres, "PostgreSQL has no such writes")(
  "a write that may be lost does not keep later writes from waiting for the disk",
  async () => {
    const { db } = roster;
    const put = prepared<{ key: string }>((db, $) => db("throttles").insert({ key: $.key, count: 1, resets_at: "" }), {
      relaxedDurability: true,
    });
    const waits = async (on = db) => (await on.raw("select synchronous from pragma_synchronous"))[0].synchronous === 2;
    expect(await put.run(db, { key: "alone" })).toBe(1);
    expect(await waits()).toBe(true);
    await expect(put.run(db, { key: "alone" })).rejects.toThrow();
    expect(await waits()).toBe(true);
    await db.transaction(async (trx) => {
      expect(await put.run(trx, { key: "within" })).toBe(1);
      expect(await waits(trx)).toBe(true);
    });
    expect(await db("throttles").whereIn("key", ["alone", "within"]).pluck("key")).toHaveLength(2);
  },
);

test("a fault of a prepared query has the database's code, and not the values", async () => {
  const insert = prepared<{ name: string }>((db, $) => db("organizations").insert({ name: $.name, name_key: "x" }));
  const fault = await insert.run(roster.db, { name: "secret" }).catch((error: Error) => error);
  expect(fault).toMatchObject({ code: expect.stringMatching(/^(?:SQLITE_CONSTRAINT_NOTNULL|23502)$/) });
  expect(String(fault)).not.toContain("secret");
});

testIf(!isOnPostgres, "PostgreSQL numbers its parameters")(
  "a prepared query refuses a literal question mark",
  async () => {
    const literal = prepared<{ id: number }, { id: number }>((db, $) =>
      db("users").where({ id: $.id }).whereRaw("email <> '\\\\?'").select("id"),
    );
    await expect(literal.first(roster.db, { id: 1 })).rejects.toThrow('holds a literal "?"');
  },
);
