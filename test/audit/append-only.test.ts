import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { countRefusedLogIn, listRefusedLogIns } from "../../src/audit/refused-queries.ts";
import { deleteOldHistory } from "../../src/audit/retention-queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { forgetHistory } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
let acme: OrganizationId;
let globex: OrganizationId;
const day = 86_400_000;

beforeAll(async () => {
  roster = await startRoster();
  acme = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
  globex = (await roster.db("organizations").where({ name: "Globex" }).first("id")).id;
});
beforeEach(async () => {
  await forgetHistory(roster);
  await roster.db("refused_log_ins").del();
});
afterAll(() => roster.close());

const insert = (daysAgo: number, organization: OrganizationId = acme) =>
  roster.db("activity").insert({
    at: new Date(Date.now() - daysAgo * day).toISOString(),
    organization_id: organization,
    actor_kind: "operator",
    action: "plan.updated",
    changes: "{}",
  });
const kept = () => roster.db("activity").orderBy("id");

const whole = "(id, at, organization_id, actor_kind, action, changes)";
const same = "select id, at, organization_id, 'system', action, '{}' from activity";
const overOnSqlite = [
  ["put another in its place", "update or replace activity set id = id + 1"],
  ["insert over a row", `insert or replace into activity ${whole} ${same}`],
];
const overOnPostgres = [
  ["put another in its place", "update activity set id = id + 100000"],
  [
    "insert over a row",
    `insert into activity ${whole} ${same} on conflict (id) do update set action = excluded.action`,
  ],
  ["empty the table", "truncate activity cascade"],
];

describe("the database refuses to", () => {
  test.each([
    ["change a row", "update activity set action = 'role.updated'"],
    ["change a row to the same values", "update activity set action = action"],
    ["remove a row", "delete from activity"],
    ["remove an old row", "delete from activity where at < '2026-01-01'"],
    ...(isOnPostgres ? overOnPostgres : overOnSqlite),
    ["keep a second retention rule", "insert into activity_retention (id, delete_before) values (2, '9999')"],
  ])("%s", async (_what, sql) => {
    await insert(1);
    await insert(10_000);
    const before = await kept();
    await expect(roster.db.raw(sql)).rejects.toThrow(/append-only|activity_retention_one/);
    expect(await kept()).toEqual(before);
  });
});

describe("the setting ACTIVITY_KEEP", () => {
  test("keeps all history if it is empty", async () => {
    await insert(10_000);
    await deleteOldHistory(roster.db, undefined);
    expect(await kept()).toHaveLength(1);
  });

  test("removes older rows of every organization and records how many", async () => {
    await insert(31);
    await insert(32);
    await insert(29);
    await insert(40, globex);
    await deleteOldHistory(roster.db, 30 * day);
    expect((await kept()).map((row) => [row.organization_id, row.action, row.actor_kind, row.changes])).toEqual([
      [acme, "plan.updated", "operator", "{}"],
      [acme, "history.purged", "system", '{"rows":{"before":"2","after":null}}'],
      [globex, "history.purged", "system", '{"rows":{"before":"1","after":null}}'],
    ]);
    await deleteOldHistory(roster.db, 30 * day);
    expect(await kept()).toHaveLength(3);
  });

  test("keeps history append-only after rows were removed", async () => {
    await insert(31);
    await deleteOldHistory(roster.db, 30 * day);
    await insert(31);
    await expect(roster.db("activity").where({ action: "plan.updated" }).del()).rejects.toThrow("append-only");
  });

  test("removes more rows than one step can", async () => {
    const at = new Date(Date.now() - 50 * day).toISOString();
    await roster.db.raw(
      `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 10001)
       insert into activity (at, organization_id, actor_kind, action, changes)
       select ?, ?, 'operator', 'plan.updated', '{}' from numbers`,
      [at, acme],
    );
    await deleteOldHistory(roster.db, 30 * day);
    const rows = (await kept()).map(({ changes }) => Number(JSON.parse(changes).rows.before));
    expect(rows).toEqual([...Array<number>(10).fill(1_000), 1]);
  });
});

describe("refused log-ins", () => {
  const earlier = "2026-03-04T08:00:00.000Z";
  const makeEarlier = () => roster.db("refused_log_ins").update({ hour: earlier });
  const count = (address: string, organizationId: OrganizationId | undefined = acme) =>
    countRefusedLogIn(roster.db, { organizationId, address });

  test("are counted by network and by organization", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => count(`192.0.2.${i}`)));
    await count("192.0.2.1", globex);
    await count("2001:db8:1:2::3");
    const hour = expect.stringMatching(/:00:00\.000Z$/);
    expect(await listRefusedLogIns(roster.db, acme)).toEqual([
      { hour, network: "192.0.2.0/24", count: 12 },
      { hour, network: "2001:db8:1::/48", count: 1 },
    ]);
    expect(await listRefusedLogIns(roster.db, globex)).toEqual([{ hour, network: "192.0.2.0/24", count: 1 }]);
  });

  test("become one row of history each when the hour is over", async () => {
    await count("192.0.2.1");
    await count("192.0.2.2");
    await deleteOldHistory(roster.db, undefined);
    expect(await kept()).toEqual([]);
    await makeEarlier();
    await deleteOldHistory(roster.db, undefined);
    await deleteOldHistory(roster.db, undefined);
    expect(await kept()).toMatchObject([
      {
        at: "2026-03-04T08:59:59.999Z",
        organization_id: acme,
        actor_kind: "visitor",
        actor_id: null,
        subject_id: null,
        action: "log-in.refused",
        address: "192.0.2.0/24",
        changes: '{"tries":{"before":null,"after":"2"}}',
      },
    ]);
    expect(await roster.db("refused_log_ins")).toEqual([]);
  });

  test("from ever new networks do not fill the disk", async () => {
    for (let i = 0; i < 130; i++) await count(`10.0.${i}.1`);
    await count("10.0.0.9");
    const rows = await listRefusedLogIns(roster.db, acme);
    expect(rows).toHaveLength(101);
    expect(rows.slice(0, 2).map(({ network, count }) => [network, count])).toEqual([
      ["other networks", 30],
      ["10.0.0.0/24", 2],
    ]);
  });

  test("for unknown emails are in no one's history and are kept for 30 days", async () => {
    for (const address of ["192.0.2.1", "192.0.2.2"])
      await countRefusedLogIn(roster.db, { organizationId: undefined, address });
    expect(await roster.db("refused_log_ins").select("organization_id", "count")).toEqual([
      { organization_id: null, count: 2 },
    ]);
    await deleteOldHistory(roster.db, undefined);
    expect(await roster.db("refused_log_ins")).toHaveLength(1);
    await makeEarlier();
    await deleteOldHistory(roster.db, undefined);
    expect([await roster.db("refused_log_ins"), await kept()]).toEqual([[], []]);
  });
});
