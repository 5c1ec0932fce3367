import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { migrations } from "../migrations/all.ts";
import { type Database, openDatabase } from "../src/database/database.ts";
import { migrate } from "../src/database/migrate.ts";
import { fold } from "../src/platform/fold.ts";
import { countUsers } from "../src/users/count-queries.ts";
import { nameKey, searchText } from "../src/users/search-text.ts";

let folder: string;
let db: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-migrations-"));
  db = await openDatabase({ dataDir: folder });
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

/** Runs the migration again, on data that are written as an earlier version wrote them. */
const again = (name: string) => db.transaction(async (trx) => migrations[name]?.(trx));

test("names folded by an earlier version are folded as the search asks for them", async () => {
  await migrate(db, folder);
  const created_at = "2026-01-01T00:00:00.000Z";
  const names = ["Acme", "ᲃава", "ſun", "sun"];
  await db("organizations").insert(names.map((name) => ({ name, name_key: name.toLowerCase(), created_at })));
  const { id: organization_id } = await db("organizations").first("id");
  const person = { firstName: "ᲀера", lastName: "Łuſ", email: "vera@example.com" };
  const stored = { email: person.email, first_name: person.firstName, last_name: person.lastName, role: "member" };
  const old = { password_hash: "x", search_text: "ᲀера luſ", name_key: "ᲀера luſ", created_at };
  await db("users").insert({ organization_id, ...stored, ...old });
  await again("0008-folded-names");
  expect(await db("users").first("search_text", "name_key")).toEqual({
    search_text: searchText(person),
    name_key: nameKey(person),
  });
  const organizationId = organization_id;
  expect(await countUsers(db, organizationId, { search: "вера" }, 10)).toBe(1);
  expect(await db("organizations").orderBy("id").pluck("name_key")).toEqual(["acme", fold("сава"), "ſun", "sun"]);
});
