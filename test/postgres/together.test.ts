import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { insertApplication } from "../../src/applications/queries.ts";
import { mergeRefusedLogIns } from "../../src/audit/refused-queries.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/database/database.ts";
import { runMaintenance } from "../../src/health/maintenance.ts";
import { keyOf } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { headings } from "../support/html.ts";
import { type MailServer, withMailServer } from "../support/mail-server.ts";
import { addPeople, type People, password } from "../support/people.ts";
import { codeFor, shownSecret } from "../support/second-factor.ts";
import { formFields, type Visitor, visit } from "../support/visitor.ts";
import { quick, startTogether, type Together } from "./processes.ts";

// Three processes are one Roster, and nothing depends on which of them answers.

let together: Together;
let people: People;
let mails: MailServer;
let mailsOver: () => void;

beforeAll(async () => {
  await new Promise<void>((resolve, reject) => {
    withMailServer(async (server) => {
      mails = server;
      resolve();
      await new Promise<void>((over) => {
        mailsOver = over;
      });
    }).catch(reject);
  });
  together = await startTogether(3, { isBare: true, settings: { SMTP_URL: mails.url } });
});
afterAll(async () => {
  await together.close();
  mailsOver();
});

/** A browser that a load balancer sends to another process at each request: all share one visitor's cookies. */
function roamingVisitor(): Visitor[] {
  const visitors = together.urls.map((url) => visit({ url }));
  const [first] = visitors as [Visitor];
  for (const visitor of visitors) visitor.agent.jar = first.agent.jar;
  return visitors;
}

const newcomer = (n: number) => ({
  ...{ organization: `Setting ${n}`, firstName: "Ada", lastName: "First", email: `first${n}@example.com` },
  ...{ password, confirmPassword: password },
});

test("processes started together on an empty database all listen, and the tables are made once", async () => {
  for (const url of together.urls) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const names = await together.db("knex_migrations").pluck("name");
  expect(new Set(names).size).toBe(names.length);
});

test("each process prints a setup link, and once one was used, even at the same moment, the others are invalid", async () => {
  const links = together.processes.map(({ run }) => /(\/setup\?token=\S+)/.exec(run.out())?.[1] ?? "");
  expect(new Set(links).size).toBe(3);
  // Any process accepts any link.
  const opened = links.map((link, n) => ({ link, visitor: visit({ url: together.urls[(n + 1) % 3] ?? "" }) }));
  const pages = await Promise.all(opened.map(({ link, visitor }) => visitor.get(link)));
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  const answers = await Promise.all(
    opened.map(({ link, visitor }, n) =>
      visitor.post(link, { ...formFields(pages[n]?.text ?? ""), ...newcomer(n) }).then(({ status }) => status),
    ),
  );
  expect(answers.sort()).toEqual([303, 404, 404]);
  expect(await together.db("organizations").pluck("name")).toHaveLength(1);
  for (const { link, visitor } of opened) expect((await visitor.get(link)).status).toBe(404);
  people = await addPeople(together.deps);
});

test("a visitor's form, a session and a confirmation work at every process", async () => {
  const [one, two, three] = roamingVisitor() as [Visitor, Visitor, Visitor];
  const form = formFields((await one.get("/login")).text);
  const answer = await two.post("/login", { ...form, email: people.ada.email, password });
  expect([answer.status, answer.headers.location]).toEqual([303, "/"]);
  expect((await three.get("/admin/managers")).status).toBe(200);

  // One process asks for the confirmation, and another receives it.
  await together.db("sessions").update({ password_confirmed_at: null });
  const path = `/admin/managers/${people.mia.id}/role`;
  const asked = await two.post(path, { ...formFields((await one.get(path)).text), role: "admin" });
  expect([asked.status, headings(asked.text, 1)]).toEqual([403, ["Confirm it’s you"]]);
  const confirmed = await three.post(path, { ...formFields(asked.text), ownPassword: password });
  expect(confirmed.status).toBe(303);
  expect((await together.db("users").where({ id: people.mia.id }).first()).role).toBe("admin");

  await one.submit("/admin/managers", {}, { action: "/logout" });
  expect((await two.get("/admin/managers")).status).toBe(303);
});

test("tries are counted across processes, so that five of ten parallel wrong passwords are checked", async () => {
  const forms = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const visitor = visit({ url: together.urls[n % 3] ?? "" });
      return { visitor, form: formFields((await visitor.get("/login")).text) };
    }),
  );
  const statuses = await Promise.all(
    forms.map(({ visitor, form }) =>
      visitor.post("/login", { ...form, email: people.max.email, password: "wrong" }).then(({ status }) => status),
    ),
  );
  expect(statuses.sort()).toEqual([...Array(5).fill(422), ...Array(5).fill(429)]);
  const [one] = roamingVisitor() as [Visitor];
  expect((await one.submit("/login", { email: people.max.email, password })).status).toBe(429);
  await together.db("throttles").del();
});

test("one Idempotency-Key at all processes at the same moment creates one user", async () => {
  const key = await keyOf(together, people.ada);
  const send = (url: string, n: number) =>
    fetch(`${url}/api/v1/users`, {
      method: "POST",
      headers: { "X-API-Key": key, "Content-Type": "application/json", "Idempotency-Key": `import-${n}` },
      body: JSON.stringify({
        firstName: "Kim",
        lastName: "Lee",
        email: `kim${n}@example.com`,
        role: "member",
        password,
      }),
    });
  for (let n = 0; n < 20; n++) {
    const statuses = await Promise.all(together.urls.map(async (url) => (await send(url, n)).status));
    // No process waits: either the request was done, or it answers that it is being done.
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const again = await Promise.all(together.urls.map(async (url) => (await send(url, n)).json()));
    expect(new Set(again.map((user) => JSON.stringify(user))).size).toBe(1);
  }
  expect(await together.db("users").where("email", "like", "kim%").pluck("id")).toHaveLength(20);
  // All processes see the last use, whichever answered.
  await eventually(() => together.db("api_keys").whereNotNull("last_used_at").first());
});

test("a second factor set up at one process is required and checked at the others", async () => {
  const [one, two, three] = roamingVisitor() as [Visitor, Visitor, Visitor];
  await one.submit("/login", { email: people.eve.email, password });
  const page = await two.get("/profile/second-factor");
  const secret = shownSecret(page.text);
  const answer = await three.post("/profile/second-factor", { ...formFields(page.text), code: codeFor(secret) });
  expect(headings(answer.text, 1)).toEqual(["Your recovery codes"]);

  for (const [n, url] of together.urls.entries()) {
    // The current code is used up; this makes it as if it had been set up earlier.
    await together.db("second_factors").update({ last_step: 0 });
    const visitor = visit({ url });
    const asked = await visitor.submit("/login", { email: people.eve.email, password });
    expect([n, asked.status, asked.headers.location?.split("?")[0]]).toEqual([n, 303, "/second-factor"]);
    expect((await visitor.submit("/second-factor", { code: codeFor(secret) })).status).toBe(303);
    expect((await visitor.get("/admin/managers")).status).toBe(200);
  }
});

test("processes that clean up at the same moment write one row of history for each count of refused log-ins", async () => {
  const organizationId = (await together.db("users").where({ id: people.ada.id }).first()).organization_id;
  const hour = "2026-01-01T10:00:00.000Z";
  const counts = () =>
    together.db("activity").where({ action: "log-in.refused" }).where("at", "<", "2026-02").pluck("id");
  const config = readConfig({ ...quick, DATABASE_URL: together.databaseUrl, DATA_DIR: together.dataDir });
  const others = await Promise.all([1, 2, 3].map(() => openDatabase(config)));
  try {
    await together.db("refused_log_ins").insert(
      Array.from({ length: 50 }, (_, n) => ({
        organization_id: organizationId,
        hour,
        network: `10.0.${n}.0/24`,
        count: n + 1,
      })),
    );
    await Promise.all(others.map((db) => runMaintenance({ ...together.deps, db })));
    expect(await counts()).toHaveLength(50);
    // Even if two processes run it at the same moment.
    await together
      .db("refused_log_ins")
      .insert({ organization_id: organizationId, hour, network: "10.1.1.0/24", count: 3 });
    await Promise.all(others.map((db) => mergeRefusedLogIns(db)));
    expect(await counts()).toHaveLength(51);
    expect(await together.db("refused_log_ins").where({ hour }).pluck("id")).toEqual([]);
  } finally {
    for (const db of others) await db.destroy();
  }
});

test("each mail is sent once, with a worker in every process", async () => {
  mails.received.splice(0);
  const now = new Date().toISOString();
  await together.db("deliveries").insert(
    Array.from({ length: 60 }, (_, n) => ({
      ...{
        kind: "mail",
        uid: `mail-${n}`,
        user_id: people.mia.id,
        address: people.mia.email,
        subject: `Mail ${n}`,
        text: "Hello",
      },
      ...{ created_at: now, next_try_at: now, expires_at: "2999-01-01T00:00:00.000Z" },
    })),
  );
  await eventually(async () => (await together.db("deliveries").where({ sent_at: null }).pluck("id")).length === 0);
  const subjects = mails.received.map(({ mail }) => mail.subject).filter((subject) => subject?.startsWith("Mail "));
  expect([subjects.length, new Set(subjects).size]).toEqual([60, 60]);
});

test("a log-in to an application begins in one process, and others know its code and tokens", async () => {
  const { id, organization_id: organizationId } = await together.db("users").where({ email: people.ada.email }).first();
  const [clientId, secret, redirect] = ["wiki", "known", "https://wiki.example/callback"];
  await together.db.transaction((trx) =>
    insertApplication(trx, organizationId, {
      ...{ name: "Wiki", kind: "web", redirectAddresses: [redirect], roles: ["admin"], logOutAddress: "" },
      ...{ backChannelAddress: "", clientId, secret },
    }),
  );
  const [visitor, ...others] = roamingVisitor() as [Visitor, Visitor, Visitor];
  await visitor.submit("/login", { email: people.ada.email, password });
  const request = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirect,
    scope: "openid",
  });
  const { location } = (await others[0].get(`/oidc/auth?${request}`)).headers;
  const code = new URL(String(location)).searchParams.get("code") ?? "";
  const [, second, third] = together.urls as [string, string, string];
  const answer = await fetch(`${second}/oidc/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirect }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const known = await fetch(`${third}/oidc/userinfo`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await known.json()).toEqual({ sub: String(id) });
  const keys = await Promise.all(together.urls.map(async (url) => (await fetch(`${url}/oidc/jwks`)).text()));
  expect(new Set(keys).size).toBe(1);
});

test("no process logged an error", () => {
  for (const { run } of together.processes)
    expect([run.err(), run.out().match(/"level":[56]0.*/g)]).toEqual(["", null]);
});
