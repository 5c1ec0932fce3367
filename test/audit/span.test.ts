import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ActivityFilter, listActivity } from "../../src/activity/list-queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { forgetHistory } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// There are more rows than the first read looks at, and their times do not grow with their ids. Any span must still
// show its newest rows by id.

const count = 3_000;
const at = (hour: number): string => new Date(1.7e12 + hour * 3_600_000).toISOString();

let roster: Roster;
let organizationId: OrganizationId;
let history: { id: number; at: string; action: string }[];

beforeAll(async () => {
  roster = await startRoster();
  const { db } = roster;
  organizationId = (await db("organizations").where({ name: "Acme" }).first("id")).id;
  await forgetHistory(roster);
  const rows = Array.from({ length: count }, (_, index) => ({
    ...{ organization_id: organizationId, actor_kind: "system", changes: "{}" },
    action: index % 3 === 0 ? "role.updated" : "status.updated",
    at: at(index < 600 ? index : 600 + ((index * 7) % 2_400)),
  }));
  await db.transaction(async (trx) => {
    for (let i = 0; i < count; i += 50) await trx("activity").insert(rows.slice(i, i + 50));
  });
  history = await db("activity").where({ organization_id: organizationId }).orderBy("id", "desc");
});
afterAll(() => roster.close());

test.each<[string, ActivityFilter]>([
  ["a long span that ended recently", { from: at(100), to: at(2_900) }],
  ["an end alone", { to: at(2_000) }],
  ["a span far behind the newest rows", { from: at(50), to: at(500) }],
  ["a short span", { from: at(1_000), to: at(1_020) }],
  ["a short span far behind the newest rows", { from: at(10), to: at(12) }],
  ["a long span and an action", { from: at(100), to: at(2_900), action: "role.updated" }],
  ["a span without rows", { from: at(5_000), to: at(6_000) }],
])("filtering the activity by %s shows the newest rows of it, page by page", async (_, filter) => {
  const { from = "", to = "", action } = filter;
  const wanted = history.filter((row) => row.at >= from && row.at < to && (!action || row.action === action));
  const seen: number[] = [];
  for (let before: number | undefined; ; before = seen.at(-1)) {
    const rows = await listActivity(roster.db, organizationId, { ...filter, before, limit: 51 });
    seen.push(...rows.map(({ id }) => id));
    if (rows.length < 51) break;
  }
  expect(seen).toEqual(wanted.map(({ id }) => id));
});
