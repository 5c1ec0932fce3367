import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { addPeople, addUser, type People, password } from "../support/people.ts";
import { makeDatabase } from "../support/postgres.ts";
import { formFields, type Visitor, visit } from "../support/visitor.ts";
import { startTogether, type Together } from "./processes.ts";
import { type TcpProxy, withTcpProxy } from "./tcp-proxy.ts";

// The database goes away and comes back: answers are 503 meanwhile, then everything continues automatically.

let together: Together;
let proxy: TcpProxy;
let proxyOver: () => void;
let people: People;
let key: string;
let url: string;
let ada: Visitor;

beforeAll(async () => {
  const { databaseUrl, drop } = await makeDatabase();
  await new Promise<void>((resolve, reject) => {
    withTcpProxy(databaseUrl, async (made) => {
      proxy = made;
      resolve();
      await new Promise<void>((over) => {
        proxyOver = over;
      });
    }).catch(reject);
  });
  together = await startTogether(1, { settings: { DATABASE_URL: proxy.url }, given: { databaseUrl, drop } });
  people = await addPeople(together.deps);
  key = await keyOf(together, people.ada);
  [url] = together.urls as [string];
  ada = visit({ url });
  expect((await ada.submit("/login", { email: people.ada.email, password })).status).toBe(303);
});
afterAll(async () => {
  await together.close();
  proxyOver();
});

/** As in a failover, when the address leads to a standby. */
async function takeNoChanges(isSo: boolean): Promise<void> {
  const name = new URL(together.databaseUrl).pathname.slice(1);
  const change = isSo ? "set default_transaction_read_only = on" : "reset default_transaction_read_only";
  await together.db.raw(`begin read write; alter database ${name} ${change}; commit`);
  await endConnections();
}

const endConnections = () =>
  together.db.raw(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );

type Way = [name: string, goAway: () => void | Promise<void>, comeBack: () => Promise<void>];
const ways: Way[] = [
  ["refuses and breaks all connections", () => proxy.breakOff(), () => proxy.comeBack()],
  ["says nothing any more", () => proxy.fallSilent(), () => proxy.comeBack()],
  ["takes no changes any more", () => takeNoChanges(true), () => takeNoChanges(false)],
];

test.each(ways)(
  "while the database %s, every process answers 503, and continues when it is back",
  async (_way, goAway, comeBack) => {
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const { status, headers: answered } = await ada.get(path).set(headers);
      return [path, status, answered["retry-after"]];
    };
    const late = visit({ url });
    const open = formFields((await late.get("/login")).text);
    // The pool has open connections.
    expect(await ask("/admin/managers")).toEqual(["/admin/managers", 200, undefined]);
    await goAway();
    const away = await Promise.all([
      ask("/admin/managers"),
      ask(`/admin/managers/${people.mia.id}`),
      ask("/api/v1/me", { "X-API-Key": key }),
      ask("/readyz"),
      ask("/healthz"),
      late
        .post("/login", { ...open, email: people.max.email, password })
        .then(({ status, headers }) => ["log-in", status, headers["retry-after"]]),
    ]);
    expect(away).toEqual([
      ["/admin/managers", 503, "5"],
      [`/admin/managers/${people.mia.id}`, 503, "5"],
      ["/api/v1/me", 503, "5"],
      ["/readyz", 503, undefined],
      ["/healthz", 200, undefined],
      ["log-in", 503, "5"],
    ]);
    await comeBack();
    await eventually(async () => (await ada.get("/readyz")).status === 200);
    expect(await ask("/admin/managers")).toEqual(["/admin/managers", 200, undefined]);
    expect((await visit({ url }).submit("/login", { email: people.max.email, password })).status).toBe(303);
    // Mails are sent again too.
    const saved = await ada.submit(`/admin/managers/${people.mia.id}/personal-information`, {
      email: `mia-${Date.now()}@example.com`,
    });
    expect(saved.status).toBe(303);
    await eventually(async () => (await together.db("deliveries").where({ sent_at: null }).pluck("id")).length === 0);
  },
);

test("requests get 503 or succeed while all database connections break, and nothing acknowledged is lost", async () => {
  const { id } = await addUser(together.deps, { email: "storm@example.com" });
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  let isOver = false;
  const storm = async (client: number): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const firstName = `Storm ${client} ${n}`;
      const { status } = await fetch(`${url}/api/v1/users/${id}`, {
        method: "PATCH",
        headers: { "X-API-Key": key, "Content-Type": "application/json", "If-Match": "*" },
        body: JSON.stringify({ firstName }),
      });
      statuses.add(status);
      if (status === 200) acknowledged.push(firstName);
    }
  };
  const clients = Promise.all([1, 2, 3, 4, 5, 6].map(storm));
  for (let n = 0; n < 20 || acknowledged.length === 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await endConnections();
  }
  isOver = true;
  await clients;
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  const rows = await together.db("activity").where({ subject_id: id }).pluck("changes");
  const recorded = new Set(rows.map((changes) => JSON.parse(changes).firstName?.after));
  expect(acknowledged.filter((name) => !recorded.has(name))).toEqual([]);
});

test("no process ended while the database was away", () => {
  expect(together.processes.map(({ run }) => [run.child.exitCode, run.err()])).toEqual([[null, ""]]);
});
