import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runMaintenance } from "../../src/health/maintenance.ts";
import { timestampIn } from "../../src/platform/time.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { longestWaitMs, readElsewhere, tryThrice } from "../support/silence.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// Work over many rows must let other requests through. A row more takes microseconds, so work over all rows without a
// pause takes a second or more.

/** Milliseconds of processor time. About 20 are usual, and the machine may be slow. */
const silenceAllowed = 250;
const history = 60_000;

let roster: Roster;
let ada: Visitor;
let acme: OrganizationId;

beforeAll(async () => {
  roster = await startRoster({ ACTIVITY_KEEP: "30d" });
  ada = await logIn(roster, "ada");
  acme = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
  await fillHistory(history, timestampIn());
});
afterAll(() => roster.close());

const fillHistory = (count: number, at: string) =>
  roster.db.raw(
    `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
     insert into activity (at, organization_id, actor_kind, actor_id, action, changes, address, browser)
     select ?, ?, 'user', ?, 'role.updated', '{"role":{"before":"member","after":"admin"}}', '192.0.2.7', 'curl/8'
     from numbers`,
    [count, at, acme, roster.people.ada.id],
  );

test.each([
  ["CSV", "export.csv", 4_000_000],
  ["JSON lines", "export.jsonl", 10_000_000],
  ["CSV of a filter without matches", "export.csv?action=plan.updated&to=2099-01-01", 50],
])("an export does not keep other requests waiting: %s", async (_, path, bytes) => {
  const read = async () =>
    expect(await readElsewhere(`${roster.url}/admin/activity/${path}`, cookieOf(ada))).toBeGreaterThan(bytes);
  expect(await tryThrice(silenceAllowed, () => longestWaitMs(roster, read))).toBeLessThan(silenceAllowed);
});

test("removing expired rows does not keep other requests waiting, and leaves none of them", async () => {
  const { db } = roster;
  const at = "2020-01-01T00:00:00.000Z";
  const count = 6_000;
  const numbered = (row: (n: number) => object) => Array.from({ length: count }, (_, n) => row(n));
  const people = Object.values(roster.people);
  async function fill(): Promise<void> {
    const times = { created_at: at, last_seen_at: at };
    await db.batchInsert(
      "throttles",
      numbered((n) => ({ key: `k${n}`, count: 1, locked_until: "", resets_at: at })),
      100,
    );
    const session = (n: number) => ({ id_hash: `s${n}`, data: "{}", ...times });
    const userOf = (n: number) => (n % 2 ? (people[n % people.length]?.id ?? null) : null);
    await db.batchInsert(
      "sessions",
      numbered((n) => ({ ...session(n), user_id: userOf(n) })),
      100,
    );
    const tries = (n: number) => ({ organization_id: n % 2 ? acme : null, hour: at, network: `n${n}`, count: 1 });
    await db.batchInsert("refused_log_ins", numbered(tries), 100);
    const mail = {
      kind: "mail",
      user_id: roster.people.ada.id,
      address: "ada@example.com",
      subject: "s",
      created_at: at,
    };
    const sent = { next_try_at: at, expires_at: at, sent_at: at };
    await db.batchInsert(
      "deliveries",
      numbered((n) => ({ ...mail, ...sent, uid: `${n} ${process.hrtime()}` })),
      100,
    );
    await fillHistory(50_000, at);
  }
  const silence = await tryThrice(silenceAllowed, async () => {
    await fill();
    return longestWaitMs(roster, () => runMaintenance(roster.deps));
  });
  expect(silence).toBeLessThan(silenceAllowed);
  const left = async (table: string, column: string) =>
    Number((await db(table).where(column, "<=", at).count({ n: "*" }).first())?.n);
  expect([
    await left("throttles", "resets_at"),
    await left("sessions", "last_seen_at"),
    await left("refused_log_ins", "hour"),
    await left("deliveries", "sent_at"),
    await left("activity", "at"),
  ]).toEqual([0, 0, 0, 0, 0]);
});
