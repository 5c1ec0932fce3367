import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Knex } from "knex";
import { auditedChange, changedFields } from "../../src/audit/audited-change.ts";
import { updateOrganization } from "../../src/organization/queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { forgetHistory } from "../support/records.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn } from "../support/visitor.ts";

let roster: Roster;
let acme: OrganizationId;

beforeAll(async () => {
  roster = await startRoster();
  acme = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
});
beforeEach(() => forgetHistory(roster));
afterAll(() => roster.close());

const name = async () => (await roster.db("organizations").where({ id: acme }).first()).name;
const count = async () => (await roster.db("activity")).length;
const entry = () => ({
  actor: { kind: "operator" } as const,
  organizationId: acme,
  action: "organization.renamed" as const,
});

test("a change and its row of history are saved together", async () => {
  const report = await auditedChange(roster.db, entry(), async (trx) => {
    await updateOrganization(trx, acme, { name: "Acme Two" });
    return { changes: { name: { before: "Acme", after: "Acme Two" } } };
  });
  expect(report.changes.name.after).toBe("Acme Two");
  const [row] = await roster.db("activity");
  expect([await name(), row.action, row.actor_kind, row.actor_id]).toEqual([
    "Acme Two",
    "organization.renamed",
    "operator",
    null,
  ]);
  expect(Date.now() - Date.parse(row.at)).toBeLessThan(60_000);
});

test("a change that fails leaves no row of history", async () => {
  const work = auditedChange(roster.db, entry(), async (trx) => {
    await updateOrganization(trx, acme, { name: "Never" });
    throw new Error("refused");
  });
  await expect(work).rejects.toThrow("refused");
  expect([await name(), await count()]).toEqual(["Acme Two", 0]);
});

test("a row of history that fails undoes the change", async () => {
  const work = auditedChange(roster.db, { ...entry(), action: null as never }, async (trx) => {
    await updateOrganization(trx, acme, { name: "Never" });
    return {};
  });
  await expect(work).rejects.toThrow(/NOT NULL|not-null/);
  expect([await name(), await count()]).toEqual(["Acme Two", 0]);
});

test("a change that fails inside a larger transaction undoes only itself", async () => {
  const rename = (trx: Knex.Transaction, to: string, action = entry().action) =>
    auditedChange(trx, { ...entry(), action }, async () => {
      await updateOrganization(trx, acme, { name: to });
      return {};
    });
  await roster.db.transaction(async (trx) => {
    await rename(trx, "Acme Three");
    await expect(rename(trx, "Never", null as never)).rejects.toThrow(/NOT NULL|not-null/);
    expect((await trx("organizations").where({ id: acme }).first()).name).toBe("Acme Three");
    await rename(trx, "Acme Two");
  });
  expect([await name(), await count()]).toEqual(["Acme Two", 2]);
});

test("a row of history that fails undoes the change of a page", async () => {
  const ada = await logIn(roster, "ada");
  const allow = await refuseWrites(roster.db, "insert", "activity");
  const before = await roster.db("users").orderBy("id");
  const about = `/admin/managers/${roster.people.mia.id}`;
  const answers = [
    await ada.submit("/admin/organization", { name: "Never" }),
    await ada.submit(`${about}/role`, { role: "manager" }),
    await ada.submit(`${about}/status`, {}),
  ];
  await allow();
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
  expect([await name(), await roster.db("users").orderBy("id")]).toEqual(["Acme Two", before]);
});

test("a change that has nothing to do leaves no row of history", async () => {
  expect(await auditedChange(roster.db, entry(), async () => undefined)).toBeUndefined();
  expect(await count()).toBe(0);
});

test("a change in an outer transaction is undone with it", async () => {
  const outer = roster.db.transaction(async (trx) => {
    await auditedChange(trx, entry(), async () => ({}));
    throw new Error("later");
  });
  await expect(outer).rejects.toThrow("later");
  expect(await count()).toBe(0);
});

test("what a browser says about itself is cut to the length of its column", async () => {
  const actor = { kind: "visitor", address: "a".repeat(500), browser: "b".repeat(500) } as const;
  await auditedChange(roster.db, { ...entry(), actor }, async () => ({}));
  const [row] = await roster.db("activity");
  expect([row.address.length, row.browser.length]).toEqual([64, 300]);
});

describe("the changed fields in a row of history", () => {
  test.each<[Record<string, string | null>, Record<string, string | null>, unknown]>([
    [{ a: "1", b: "2" }, { a: "1", b: "2" }, undefined],
    [{ a: "1", b: "2" }, { a: "1", b: "3" }, { b: { before: "2", after: "3" } }],
    [{}, { a: "1" }, { a: { before: null, after: "1" } }],
    [{ a: "1" }, { a: null }, { a: { before: "1", after: null } }],
    [{ a: null }, { a: null }, undefined],
    [{}, {}, undefined],
  ])("from %j to %j are %j", (before, after, changes) => {
    expect(changedFields(before, after)).toEqual(changes);
  });
});
