import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { personalDataText } from "../../src/personal-data/collect.ts";
import { requireUser } from "../../src/users/queries.ts";
import { linkTo } from "../support/html.ts";
import { checked, head } from "../support/imports.ts";
import { generateKey } from "../support/keys.ts";
import { storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

test("the download has every section, no secret and no hash, and of others only IDs", async () => {
  const { db, people } = roster;
  const { mia } = people;
  const profile = `/admin/managers/${mia.id}`;
  const own = await logIn(roster, "mia");
  const key = await generateKey(ada, mia, "Nightly");
  await checked(ada, `${head}\n${mia.email},Mia,Zoë-Núñez,member`);
  await ada.submit(`${profile}/personal-information`, { firstName: "Maria" });
  const factor = await giveSecondFactor(roster, mia);

  expect(linkTo((await own.get("/profile")).text, "Download personal data")).toBe("/profile/personal-data.json");
  expect(linkTo((await ada.get(profile)).text, "Download personal data")).toBe(`${profile}/personal-data.json`);
  const [mine, theirs] = [await own.get("/profile/personal-data.json"), await ada.get(`${profile}/personal-data.json`)];
  expect(mine.headers["content-disposition"]).toMatch(/^attachment; filename=personal-data-\d+-[\d-]+\.json$/);
  const { exportedAt: _, ...data } = mine.body;
  expect({ ...theirs.body, exportedAt: _ }).toEqual(mine.body);
  expect(data).toMatchObject({
    user: { id: mia.id, firstName: "Maria", email: mia.email, role: "member", status: "active" },
    organization: { name: "Acme" },
    photo: null,
    secondFactor: { recoveryCodes: 10 },
    sessions: [{ address: "127.0.0.1" }],
    knownBrowsers: [{}],
    links: [],
    apiKeys: [{ name: "Nightly", start: key.slice(0, 11) }],
    emails: [expect.objectContaining({ address: mia.email })],
    importLines: [`${mia.email},Mia,Zoë-Núñez,member`],
    actions: [],
  });
  expect(data.history.map(({ action }: { action: string }) => action)).toEqual([
    ...["user.created", "user.logged-in", "api-key.generated", "personal-information.updated"],
  ]);
  const [, loggedIn, , renamed] = data.history;
  expect(loggedIn).toMatchObject({ by: { kind: "user", userId: mia.id }, address: "127.0.0.1" });
  expect(renamed).toEqual({
    ...{ id: renamed.id, at: renamed.at, action: "personal-information.updated" },
    by: { kind: "user", userId: people.ada.id },
    changes: { firstName: { before: "Mia", after: "Maria" } },
  });

  const text = JSON.stringify(data);
  const stored = await storedUser(roster, mia);
  const { key_hash } = await db("api_keys").where({ user_id: mia.id }).first();
  const { id_hash } = await db("sessions").where({ user_id: mia.id }).first();
  const { encrypted_secret } = await db("second_factors").where({ user_id: mia.id }).first();
  for (const secret of [stored.password_hash, key, key_hash, id_hash, encrypted_secret, ...factor.recoveryCodes])
    expect([secret, text.includes(secret)]).toEqual([secret, false]);
  for (const other of ["Ada", "Lovelace", people.ada.email])
    expect([other, text.includes(other)]).toEqual([other, false]);

  expect((await (await logIn(roster, "max")).get(`${profile}/personal-data.json`)).status).toBe(403);
  expect((await (await logIn(roster, "eve")).get(`${profile}/personal-data.json`)).status).toBe(404);
});

test("what someone did to others is named by ID, in order, however long their history is", async () => {
  const { db, people } = roster;
  const { organization_id } = await storedUser(roster, people.ada);
  const row = {
    organization_id,
    actor_kind: "user",
    actor_id: people.ada.id,
    subject_id: people.max.id,
    changes: "{}",
  };
  const rows = Array.from({ length: 600 }, () => ({ ...row, action: "role.updated", at: "2026-01-01T00:00:00.000Z" }));
  await db.batchInsert("activity", rows, 50);
  const user = await requireUser(db, organization_id, people.ada.id);
  const { actions } = JSON.parse((await Array.fromAsync(personalDataText(db, user))).join(""));
  const ids = actions.map(({ id }: { id: number }) => id);
  expect(ids.length).toBeGreaterThanOrEqual(600);
  expect(ids).toEqual([...new Set<number>(ids)].sort((one, other) => one - other));
  expect(actions.at(-1)).toMatchObject({ subjectId: people.max.id });
});

test("every table that refers to a user is known to the erasure", () => {
  const root = join(import.meta.dirname, "../..");
  const schema = readFileSync(join(root, "migrations/0001-schema.ts"), "utf8");
  const tables = schema.split(/createTable\("/).slice(1);
  const personal = tables
    .filter((text) => text.includes('references("users.id")'))
    .map((text) => text.slice(0, text.indexOf('"')));
  const erasure = ["erase", "history"]
    .map((name) => readFileSync(join(root, `src/personal-data/${name}-queries.ts`), "utf8"))
    .join("");
  expect(personal.length).toBeGreaterThan(9);
  expect(personal.filter((table) => !erasure.includes(`"${table}"`))).toEqual([]);
});
