import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { formatMetrics } from "../../src/health/prometheus.ts";
import { version } from "../../src/platform/version.ts";
import { eventually } from "../support/eventually.ts";
import { triesFor } from "../support/guessing.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";

const token = "metrics-token-of-more-than-32-characters";
let roster: Roster;
beforeAll(async () => {
  roster = await startRoster({ METRICS_TOKEN: token });
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const ask = (given = `Bearer ${token}`, path = "/metrics") =>
  fetch(roster.url + path, { headers: { Authorization: given } });

/** Each line's value by its name and labels. */
async function figures(): Promise<Map<string, number>> {
  const lines = (await (await ask()).text()).trim().split("\n");
  return new Map(
    lines
      .filter((line) => !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

test("metrics need the token, and their address does not exist without the setting", async () => {
  const answer = await ask();
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  expect([answer.headers.get("Cache-Control"), answer.headers.get("Set-Cookie")]).toEqual(["no-store", null]);
  for (const given of ["", "Bearer", "Bearer x", `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`]) {
    const refused = await ask(given);
    expect([given, refused.status, refused.headers.get("WWW-Authenticate")]).toEqual([
      given,
      401,
      'Bearer realm="Roster"',
    ]);
    expect(await refused.text()).toBe("Send METRICS_TOKEN as a bearer token.\n");
  }
  expect((await fetch(`${roster.url}/metrics?token=${token}`)).status).toBe(401);
  // An Admin's session is not enough.
  expect((await (await logIn(roster, "ada")).get("/metrics")).status).toBe(401);
  const without = await startRoster();
  try {
    expect((await fetch(`${without.url}/metrics`, { headers: { Authorization: "Bearer " } })).status).toBe(404);
    expect((await (await logIn(without, "ada")).get("/metrics")).status).toBe(404);
  } finally {
    await without.close();
  }
});

test.each(["short", "x".repeat(201), `${"x".repeat(32)} `, "ü".repeat(32)])("METRICS_TOKEN cannot be %s", (value) => {
  const env = { NODE_ENV: "test", SESSION_SECRET: "x".repeat(32), METRICS_TOKEN: value };
  expect(() => readConfig(env)).toThrow("METRICS_TOKEN: must be 32 to 200 letters, digits or any of - . _ ~ + / =");
});

test("metrics count requests by the route's pattern, and all unknown addresses under one label", async () => {
  const ada = await logIn(roster, "ada");
  const before = await figures();
  for (const { id } of [roster.people.mia, roster.people.max]) await ada.get(`/admin/managers/${id}`);
  for (const path of ["/a", "/b", "/api/v1/c", "/mia@example.com"]) await visit(roster).get(path);
  await fetch(`${roster.url}/login`, { method: "PROPFIND" });
  await ada.get("/site.css");
  const growth = async (name: string) => ((await figures()).get(name) ?? 0) - (before.get(name) ?? 0);
  const count = (method: string, route: string, status: number) =>
    growth(`roster_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
  // A request is counted when its response has been sent.
  await eventually(async () => (await count("GET", "/site.css", 200)) === 1);
  expect(await count("GET", "/admin/managers/:id", 200)).toBe(2);
  expect(await count("GET", "unknown", 404)).toBe(3);
  expect(await count("GET", "/api/v1", 401)).toBe(1);
  expect(await count("other", "unknown", 404)).toBe(1);
  expect(await growth('roster_http_request_duration_seconds_count{route="/admin/managers/:id"}')).toBe(2);
  expect(await growth('roster_http_request_duration_seconds_bucket{route="/admin/managers/:id",le="+Inf"}')).toBe(2);
  const text = await (await ask()).text();
  expect(text).not.toMatch(/example\.com|PROPFIND|"\/a"/);
});

test("metrics have growing buckets for the duration of requests", async () => {
  await visit(roster).get("/login");
  const all = await eventually(async () => {
    const found = [...(await figures())].filter(([name]) => name.includes('_bucket{route="/login"'));
    return found.length > 0 && found;
  });
  const values = all.map(([, value]) => value);
  expect(all.map(([name]) => /le="([^"]+)"/.exec(name)?.[1])).toEqual(
    "0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf".split(" "),
  );
  expect(values).toEqual([...values].sort((one, other) => one - other));
});

test("metrics count log-ins by their outcome", async () => {
  const { mia } = roster.people;
  const before = await figures();
  await logIn(roster, "max");
  await visit(roster).submit("/login", { email: "nobody@example.com", password });
  await triesFor(roster, "eve@example.com", 6);
  await giveSecondFactor(roster, mia);
  const pending = visit(roster);
  await pending.submit("/login", { email: mia.email, password });
  await pending.submit("/second-factor", { code: "000000" });
  const after = await figures();
  const outcomes = ["succeeded", "code_asked", "refused", "wrong_code", "held_back", "failed"];
  const growth = outcomes.map((outcome) => {
    const name = `roster_log_ins_total{outcome="${outcome}"}`;
    return [outcome, (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN)];
  });
  const counts = { succeeded: 1, code_asked: 1, refused: 6, wrong_code: 1, held_back: 1, failed: 0 };
  expect(Object.fromEntries(growth)).toEqual(counts);
});

test("metrics include mails, the database, the process and the version", async () => {
  const { mia, max } = roster.people;
  await roster.deps.mailer.settled();
  const row = { kind: "mail", uid: "x", subject: "x", created_at: "x", next_try_at: "9", expires_at: "9" };
  await roster.db("deliveries").insert([
    { ...row, uid: "1", user_id: mia.id, address: mia.email },
    { ...row, uid: "2", user_id: max.id, address: max.email, failed_at: "2026", failure: "refused" },
  ]);
  const found = await figures();
  await roster.db("deliveries").whereIn("uid", ["1", "2"]).del();
  expect([found.get('roster_mails{state="waiting"}'), found.get('roster_mails{state="failed"}')]).toEqual([1, 1]);
  for (const name of [
    "roster_database_size_bytes",
    "process_resident_memory_bytes",
    "nodejs_heap_size_used_bytes",
    "process_cpu_seconds_total",
    "process_start_time_seconds",
    "process_uptime_seconds",
  ])
    expect([name, found.get(name)]).toEqual([name, expect.any(Number)]);
  expect(found.get("roster_database_size_bytes")).toBeGreaterThan(100_000);
  for (const quantile of ["0.5", "0.9", "0.99", "1"])
    expect(found.get(`roster_event_loop_delay_seconds{quantile="${quantile}"}`)).toEqual(expect.any(Number));
  expect(found.get(`roster_build_info{version="${version}",node="${process.version}"}`)).toBe(1);
});

test("metrics name each family once with its type, and escape labels", async () => {
  const text = await (await ask()).text();
  const kinds = [...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)].map(([, name]) => name);
  expect([new Set(kinds).size, kinds.length]).toEqual([14, 14]);
  for (const line of text.trimEnd().split("\n"))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\]|\\.)*",?)+\})? -?[\d.e+-]+)$/);
  const family = { name: "a", type: "gauge", help: "b", samples: [{ labels: { c: 'd"\\\n' }, value: 1 }] } as const;
  expect(formatMetrics([{ ...family, samples: [...family.samples] }])).toBe(
    '# HELP a b\n# TYPE a gauge\na{c="d\\"\\\\\\n"} 1\n',
  );
});
