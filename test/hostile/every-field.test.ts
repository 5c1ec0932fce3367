import { Agent, request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { apiTable } from "../../src/api/table.ts";
import { insertKey } from "../../src/api-keys/queries.ts";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { type Route, routes } from "../../src/routes.ts";
import { upsertPhoto } from "../../src/users/photo-queries.ts";
import { findUser } from "../../src/users/queries.ts";
import { keyOf } from "../support/api-client.ts";
import { applicationKey, useApplication } from "../support/applications.ts";
import { checked, head, importPage } from "../support/imports.ts";
import { addInvited, addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { formFields, isUpload, logIn, plainText, type Visitor, visit } from "../support/visitor.ts";

// Every field on the pages, and every member, parameter and header of every operation in the API's table, gets values
// that make most work or that a database refuses. No answer may take long, and none may be 500.

/**
 * Milliseconds of the one thread that answers all requests; the best of several tries, because others use the machine
 * too.
 */
const mostWork = 50;
const tries = 6;

const filled = (unit: string, bytes: number): string => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));
/**
 * Texts of this many bytes, each the worst for something: NFC, trimming, splitting, escaping, the syntax of an email.
 */
const texts: Record<string, (bytes: number) => string> = {
  "marks in the wrong order": (bytes) => `a${filled("\u0345\u0301", bytes - 1)}`,
  "Hangul in pieces": (bytes) => filled("\u1112\u1161\u11ab", bytes),
  words: (bytes) => filled("ab ", bytes),
  "spaces between two letters": (bytes) => `a${filled(" ", bytes - 2)}b`,
  "what shows nothing between two letters": (bytes) => `a${filled("\u200b", bytes - 2)}b`,
  lines: (bytes) => filled("\r\n", bytes),
  tabs: (bytes) => filled("\t", bytes),
  "half an address": (bytes) => `${filled("a.", bytes - 2)}@a`,
  "many @": (bytes) => filled("a@", bytes),
  quotes: (bytes) => filled("'", bytes),
  digits: (bytes) => filled("9", bytes),
  commas: (bytes) => filled("a,", bytes),
  brackets: (bytes) => filled("[", bytes),
};
/** The work is the same on both databases, so on PostgreSQL every fourth shows that no text is too long for a column. */
const heavy = Object.fromEntries(Object.entries(texts).filter((_, index) => !isOnPostgres || index % 4 === 0));
/** What PostgreSQL takes in no text and no id, and JavaScript in no plain object. */
const odd = [
  "\0",
  "a\0b@example.com",
  "2147483648",
  "999999999",
  "99999999999999",
  "1e400",
  "__proto__",
  "\ufffe",
  "🦦",
];

const agent = new Agent({ keepAlive: true });
type Asked = { method?: string; headers?: Record<string, string>; body?: string | Buffer };
type Answered = { status: number; work: number };

/** One request with as little work as possible on this side, since that would be measured too. */
function ask(url: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answered> {
  const { port, hostname } = new URL(url);
  const target = url.slice(new URL(url).origin.length);
  const before = process.threadCpuUsage();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const options = { hostname, port, path: target, method, agent, headers: { ...headers, ...length } };
    const sent = request(options, (answer) => {
      answer.resume().on("end", () => {
        const { user, system } = process.threadCpuUsage(before);
        resolve({ status: answer.statusCode ?? 0, work: (user + system) / 1_000 });
      });
    });
    sent.on("error", reject).end(body);
  });
}

const slow: string[] = [];
const failed: string[] = [];

/** Checks both for a request. @param make makes the request for each try */
async function hold(what: string, make: () => Promise<Answered>): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries && least > mostWork; i++) {
    const { status, work } = await make();
    least = Math.min(least, work);
    // 503 if passwords or mails wait; 431 by Node.js for headers.
    if (status >= 500 && status !== 503) failed.push(`${what}: ${status}`);
  }
  if (least > mostWork) slow.push(`${what}: ${Math.round(least)} ms`);
}

function nothingFound(): void {
  expect({ slow: slow.splice(0), failed: failed.splice(0) }).toEqual({ slow: [], failed: [] });
}

let roster: Roster;
let empty: Roster;
let zoe: Person;
let parameters: Record<string, string>;
type Seen = { at: string; by?: Visitor };
/** Pages with forms that the same routes do not show to the others. */
let more: Record<string, Seen | Seen[]>;
let table: Route[];

beforeAll(async () => {
  roster = await startRoster();
  empty = await startRoster({}, { isEmpty: true });
  const { db, deps, people } = roster;
  zoe = await addUser(deps, { email: "zoe@example.com" });
  await logIn(roster, zoe);
  await logIn(roster, "max");
  await giveSecondFactor(roster, zoe);
  const { organization_id: acme } = await db("users").where({ id: zoe.id }).first();
  const hash = await db.transaction(async (trx) => {
    const user = await findUser(trx, acme, zoe.id);
    if (!user) throw new Error("nobody there");
    const key = { userId: zoe.id, name: "Key", key: "roster_x", createdBy: people.ada.id };
    await insertKey(trx, { ...key, scope: "read", lifetimeDays: null });
    return upsertPhoto(trx, user, { large: Buffer.from("large"), small: Buffer.from("small") });
  });
  const { id: keyId } = await db("api_keys").first("id");
  const token = (await giveResetLink(deps, zoe, 600)).split("/").at(-1) ?? "";
  const { address } = await checked(await logIn(roster, "ada"), `${head}\n${zoe.email},Other,Name,`);
  await (await logIn(roster, "ada")).submit(`/admin/managers/${people.mia.id}/role`, { role: "manager" });
  const { id: activityId } = await db("activity").where({ action: "role.updated" }).first("id");
  const importId = address.split("/").at(-1) ?? "";
  const olga = await logIn(roster, await addUser(deps, { email: "olga@example.com", role: "admin" }));
  const imported = await checked(olga, `${head}\nnew@example.com,New,Comer,`);
  await olga.submit(imported.address, {});
  await db("organizations").update({ shows_first_steps: true });
  const invited = await addInvited(deps, { email: "ina@example.com" });
  more = {
    "/invitation/:token": { at: invited.page },
    "/admin/managers/:id": [{ at: `/admin/managers/${invited.id}` }, { at: `/admin/managers/${people.mia.id}` }],
    "/admin/managers/:id/erase": { at: `/admin/managers/${people.ian.id}/erase` },
    "/admin/managers/import/:importId": { at: imported.address, by: olga },
    "/admin/api-keys/revoke-selected": { at: `/admin/api-keys/revoke-selected?key=${keyId}` },
  };
  const ids = { id: String(zoe.id), keyId: String(keyId), activityId: String(activityId), importId };
  const { id: applicationId } = await useApplication(roster, await logIn(roster, "mia"));
  await applicationKey(roster, { id: applicationId });
  parameters = {
    applicationId: String(applicationId),
    ...ids,
    token,
    hash,
    sessionName: "0".repeat(16),
  };
  table = routes(deps);
});
afterAll(async () => {
  await roster?.close();
  await empty?.close();
  agent.destroy();
});

const addressOf = (path: string, given = parameters): string =>
  path.replace(/:(\w+)/g, (_, name) => given[name] ?? "missing");
const isAt = ({ path }: Route, address: string): boolean =>
  new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`).test(address.replace(/[?#].*/, ""));

/** Cookies as this browser would send them. */
const cookiesOf = ({ agent: { jar } }: Visitor): string =>
  jar.getCookies({ domain: "127.0.0.1", path: "/", secure: false, script: false }).toValueString();

/** Who sees most at an address; someone else where an Admin is redirected. */
const visitorsFor: [RegExp, () => Promise<Visitor>][] = [
  [/^\/(login|forgot-password|reset-password|invitation|api\/docs)/, async () => visit(roster)],
  [/^\/setup/, async () => visit(empty)],
  [
    /^\/second-factor/,
    async () => {
      const visitor = visit(roster);
      await visitor.submit("/login", { email: zoe.email, password });
      return visitor;
    },
  ],
  [
    /^\/new-password/,
    async () => logIn(roster, await addUser(roster.deps, { email: "asked@example.com", mustChangePassword: true })),
  ],
  [
    /^\/profile\/second-factor\/./,
    async () => {
      const person = await addUser(roster.deps, { email: "factor@example.com", role: "manager" });
      const visitor = await logIn(roster, person);
      await giveSecondFactor(roster, person);
      return visitor;
    },
  ],
  [
    /^\/profile\/api-keys\//,
    async () => {
      const person = await addUser(roster.deps, { email: "keys@example.com" });
      await keyOf(roster, person, { name: "Own" });
      const { id } = await roster.db("api_keys").where({ name: "Own" }).first();
      parameters.ownKeyId = String(id);
      return logIn(roster, person);
    },
  ],
  [
    /^\/profile/,
    async () => {
      const max = await logIn(roster, "max");
      await useApplication(roster, max);
      return max;
    },
  ],
  [/^/, async () => logIn(roster, "ada")],
];

type Found = { form: string; at: string; url: string; visitor: Visitor; names: string[] };

/** Every page with its forms and fields, by route. */
async function look(): Promise<{ forms: Map<string, Found>; queries: Set<string>; visitors: Map<Route, Visitor> }> {
  const forms = new Map<string, Found>();
  const queries = new Set<string>(["next", "list", "before", "after", "page", "token", "from", "to", "action", "user"]);
  const visitors = new Map<Route, Visitor>();
  const made = new Map<unknown, Visitor>();
  for (const route of table.filter(({ method }) => method === "get")) {
    const [, make] = visitorsFor.find(([pattern]) => pattern.test(route.path)) ?? [];
    if (!make) throw new Error("nobody looks");
    const viewer = made.get(make) ?? (await make());
    made.set(make, viewer);
    visitors.set(route, viewer);
    const isSetup = route.path === "/setup";
    const own = route.path.startsWith("/profile/api-keys/")
      ? { ...parameters, keyId: parameters.ownKeyId ?? "" }
      : parameters;
    const link = isSetup ? await makeSetupLink(empty.db, "") : undefined;
    const asked = "/admin/managers?continue=first&act=deactivate";
    const group =
      route.path === "/admin/managers/actions" &&
      (await viewer.get(`${asked}&selected=${parameters.id}`)).headers.location;
    const first = link ?? (group || addressOf(route.path, own));
    for (const { at, by: visitor = viewer } of [{ at: first }, more[route.path] ?? []].flat()) {
      const { text = "" } = await visitor.get(at);
      for (const [form] of text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)) {
        const names = new Set(
          [...form.matchAll(/<(?:input|select|textarea|button)\b[^>]*\sname="([^"]*)"/g)].map(([, name = ""]) => name),
        );
        if (!/^<form\b[^>]*\smethod="post"/.test(form)) {
          for (const name of names) queries.add(name);
          continue;
        }
        const action = plainText(/^<form\b[^>]*\saction="([^"]*)"/.exec(form)?.[1] ?? at);
        const target = table.find((known) => known.method === "post" && isAt(known, action));
        if (!target) throw new Error(`no route for ${action}`);
        const url = isSetup ? empty.url : roster.url;
        if (!forms.has(target.path)) forms.set(target.path, { form: action, at, url, visitor, names: [...names] });
      }
      for (const [, query = ""] of text.matchAll(/href="[^"?]*\?([^"#]*)"/g))
        for (const name of new URLSearchParams(plainText(query)).keys()) queries.add(name);
    }
  }
  return { forms, queries, visitors };
}

const everyForms = ["ownPassword", "_encrypted", "unheard-of"];
const formBytes = 64 * 1024;
/** Node.js accepts 16 KB of headers, address included. */
const headBytes = 15_000;
const asForm = (fields: Record<string, string>): Buffer =>
  // Unencoded, unlike a browser: the most characters for the size.
  Buffer.from(
    Object.entries(fields)
      .map(([name, value]) => `${name}=${value.replace(/[%&+=\0]/g, encodeURIComponent)}`)
      .join("&"),
  );

describe("the pages", () => {
  let forms: Map<string, Found>;
  let queries: Set<string>;
  let visitors: Map<Route, Visitor>;
  beforeAll(async () => {
    ({ forms, queries, visitors } = await look());
  });

  test("have no other forms than those tried here", () => {
    const posts = table.filter(({ method }) => method === "post").map(({ path }) => path);
    // The question for an encoding has no field.
    const isShown = (path: string): boolean => forms.has(path) || path.endsWith("/encoding");
    expect(posts.filter((path) => !isShown(path))).toEqual([]);
  });

  test("answer quickly and without 500 to the longest and worst value of each field", async () => {
    const isLast = ([path]: [string, Found]): boolean => path === "/logout";
    for (const [path, found] of [...forms].sort((a, b) => Number(isLast(a)) - Number(isLast(b)))) {
      const { form, at, url, visitor, names } = found;
      const hasFile = isUpload(path);
      // What all forms share is tried on two of them.
      const isModel = /(personal-information|second-factor)$/.test(path);
      const send = async (fields: Record<string, string>): Promise<Answered> => {
        if (path.startsWith("/login") || path.includes("second-factor")) await roster.db("throttles").del();
        const headers = { Cookie: cookiesOf(visitor), "Accept-Encoding": "br" };
        if (!hasFile) {
          const type = { "Content-Type": "application/x-www-form-urlencoded" };
          return ask(url + form, { method: "POST", headers: { ...headers, ...type }, body: asForm(fields) });
        }
        const parts = Object.entries(fields).map(
          ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        );
        const type = { "Content-Type": "multipart/form-data; boundary=x" };
        return ask(url + form, { method: "POST", headers: { ...headers, ...type }, body: `${parts.join("")}--x--` });
      };
      for (const name of [...names.filter((name) => name !== "_csrf" || isModel), ...(isModel ? everyForms : [])]) {
        const page = formFields((await visitor.get(at)).text, form === at ? undefined : form);
        const others: Record<string, string> = {};
        for (const other of names) others[other] = page[other] ?? (/password/i.test(other) ? password : "x");
        const room = (hasFile ? 9_900 : formBytes) - asForm({ ...others, [name]: "" }).length;
        for (const [kind, text] of Object.entries(heavy)) {
          // Fields that are compared with each other get the same value.
          const both = name === "password" ? { confirmPassword: text(room / 2), password: text(room / 2) } : {};
          await hold(`post ${path} ${name}: ${kind}`, () => send({ ...others, [name]: text(room), ...both }));
        }
        for (const text of odd)
          await hold(`post ${path} ${name}: ${JSON.stringify(text)}`, () => send({ ...others, [name]: text }));
      }
    }
    nothingFound();
  });

  test("answer quickly and without 500 to a hundred fields, a thousand, and one repeated a hundred times", async () => {
    const { visitor, form, url } = forms.get("/admin/managers/:id/personal-information") as Found;
    const headers = { Cookie: cookiesOf(visitor), "Content-Type": "application/x-www-form-urlencoded" };
    const _csrf = await visitor.token(form);
    for (const [kind, body] of [
      ["a hundred", Array.from({ length: 99 }, (_, i) => `f${i}=${filled("'", 600)}`).join("&")],
      ["thousands", filled("a&", formBytes - 100)],
      ["one repeated", Array.from({ length: 99 }, () => `firstName=${filled("'", 600)}`).join("&")],
    ])
      for (const token of [_csrf, "x"])
        await hold(`${kind} fields`, () =>
          ask(url + form, { method: "POST", headers: { ...headers, Origin: url }, body: `_csrf=${token}&${body}` }),
        );
    nothingFound();
  });

  test("read quickly an imported file with the longest and worst cells", async () => {
    const visitor = await logIn(roster, "ada");
    const { url } = roster;
    for (const [kind, text] of Object.entries(heavy)) {
      const cell = text(9_000).replaceAll('"', '""');
      const lines = [1, 2, 3, 4].map((number) => `new${number}@example.com,New,"${cell}"`);
      const file = ["email,first_name,last_name", ...lines].join("\n");
      const part = `--x\r\nContent-Disposition: form-data; name="`;
      const headers = { Cookie: cookiesOf(visitor), Origin: url, "Content-Type": "multipart/form-data; boundary=x" };
      await hold(`import: ${kind}`, async () => {
        // Another form each time: the same one would get its first answer again.
        const _csrf = await visitor.token(importPage);
        const body = `${part}_csrf"\r\n\r\n${_csrf}\r\n${part}file"; filename="users.csv"\r\n\r\n${file}\r\n--x--`;
        return ask(url + importPage, { method: "POST", headers, body });
      });
    }
    nothingFound();
  });

  test("answer quickly and without 500 to the longest and worst value of each parameter", async () => {
    for (const [route, visitor] of visitors) {
      const url = route.path === "/setup" ? empty.url : roster.url;
      const headers = { Cookie: cookiesOf(visitor), "Accept-Encoding": "br" };
      const at = addressOf(route.path);
      const of = (names: readonly string[], value: string): string => {
        const encoded = encodeURIComponent(value);
        return `${url}${at}?${names.map((name) => `${name}=${encoded}`).join("&")}`;
      };
      const all = [...queries];
      const alone = ["search", "user", "after"];
      for (const text of odd) {
        for (const names of [all, ...alone.map((name) => [name])])
          await hold(`get ${route.path} ?${names} ${JSON.stringify(text)}`, () => ask(of(names, text), { headers }));
        for (const [, name = ""] of route.path.matchAll(/:(\w+)/g)) {
          const path = addressOf(route.path, { ...parameters, [name]: encodeURIComponent(text) });
          await hold(`get ${route.path} :${name} ${JSON.stringify(text)}`, () => ask(url + path, { headers }));
        }
      }
      // As long as there is room: encoded, a byte takes up to three.
      for (const [kind, text] of Object.entries(heavy))
        for (const names of [all, ...alone.map((name) => [name])])
          await hold(`get ${route.path} ?${names}: ${kind}`, () =>
            ask(of(names, text((headBytes - 1_000) / names.length / 3)), { headers }),
          );
    }
    nothingFound();
  });

  test("answer quickly and without 500 to the longest and worst value of each header", async () => {
    const visitor = await logIn(roster, "ada");
    const Cookie = cookiesOf(visitor);
    for (const name of heads)
      for (const text of headTexts)
        for (const path of ["/admin/managers", "/login", "/site.css", `/photos/${zoe.id}/${parameters.hash}`]) {
          const value = name === "Cookie" ? `${Cookie}; ${text}` : text;
          await hold(`get ${path} ${name}: ${text.slice(0, 20)}`, () =>
            ask(roster.url + path, { headers: { Cookie, [name]: value } }),
          );
        }
    nothingFound();
  });
});

const heads = [
  ...["Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie", "Content-Type", "Host", "If-Match"],
  ...[
    "If-Modified-Since",
    "If-None-Match",
    "Idempotency-Key",
    "Origin",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "User-Agent",
  ],
  ...["X-API-Key", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"],
];
const headTexts = [
  "a,",
  "a;q=0.1,",
  "a=b; ",
  '"1",',
  'W/"1",',
  "Bearer  ",
  "s%3A",
  " \t",
  "Mac OS X",
  "1.1.1.1, ",
  "bytes=1-2,",
].map((unit) => `x${filled(unit, 12_000)}x`);

describe("the API", () => {
  let key: string;
  beforeAll(async () => {
    key = await keyOf(roster, roster.people.ada);
  });
  const names = (schema: z.ZodObject | undefined): string[] => Object.keys(schema?.shape ?? {});
  const jsonBytes = 64 * 1024;

  test("answers quickly and without 500 to the longest and worst value of each parameter and member", async () => {
    for (const { method, path, operation } of apiTable) {
      const url = `${roster.url}/api/v1`;
      const own = { ...parameters };
      const common = { "X-API-Key": key, "If-Match": "*", "Accept-Encoding": "br" };
      const json = { ...common, "Content-Type": "application/json" };
      const at = url + addressOf(path, own);
      const endpoint = `${method} ${path}`;
      // The first request deactivates or revokes; the next one finds that done.
      const send = (address: string, body?: string) =>
        ask(address, {
          method: method.toUpperCase(),
          headers: body === undefined ? common : json,
          ...(body !== undefined && { body }),
        });
      for (const name of [...names(operation.query), "unheard-of"]) {
        for (const text of odd)
          await hold(`${endpoint} ?${name} ${JSON.stringify(text)}`, () =>
            send(`${at}?${name}=${encodeURIComponent(text)}`),
          );
        for (const [kind, text] of Object.entries(heavy))
          await hold(`${endpoint} ?${name}: ${kind}`, () =>
            send(`${at}?${name}=${encodeURIComponent(text(headBytes / 9))}`),
          );
        for (const position of [
          [1, 2, 3],
          ["name", [], 1],
          ["name", ["a", "b"], 1],
          ["name", ["\0"], 1],
          ["name", ["a"], 2 ** 31],
          2 ** 31,
          2 ** 53,
          -1,
          1.5,
          null,
          {},
          "9".repeat(900),
        ]) {
          const text = Buffer.from(JSON.stringify(position)).toString("base64url");
          await hold(`${endpoint} ?${name} ${JSON.stringify(position)}`, () => send(`${at}?${name}=${text}`));
        }
      }
      for (const [, name = ""] of path.matchAll(/:(\w+)/g))
        for (const text of odd)
          await hold(`${endpoint} :${name} ${JSON.stringify(text)}`, () =>
            send(url + addressOf(path, { ...own, [name]: encodeURIComponent(text) })),
          );
      const example = (operation.example ?? {}) as Record<string, unknown>;
      for (const name of [...names(operation.body), "unheard-of"]) {
        const room = jsonBytes - Buffer.byteLength(JSON.stringify({ ...example, [name]: "" }));
        for (const [kind, text] of Object.entries(heavy)) {
          const value = text(Math.floor(kind === "lines" ? room / 2 : room));
          await hold(`${endpoint} ${name}: ${kind}`, () => send(at, JSON.stringify({ ...example, [name]: value })));
        }
        for (const text of odd)
          await hold(`${endpoint} ${name}: ${JSON.stringify(text)}`, () =>
            send(at, JSON.stringify({ ...example, [name]: text })),
          );
        const deep = filled("[", room / 2) + filled("]", room / 2);
        await hold(`${endpoint} ${name}: deep`, () =>
          send(at, `${JSON.stringify({ ...example, [name]: 0 }).slice(0, -2)}${deep}}`),
        );
      }
      const many = Array.from({ length: 6_000 }, (_, i) => `"m${i}":1`).join(",");
      for (const [kind, body] of [
        ["unknown members", `{${many}}`],
        ["deep", filled('{"a":', jsonBytes - 20_000).slice(0, -5)],
        ["deep lists", filled("[", jsonBytes / 2) + filled("]", jsonBytes / 2)],
        ["numbers", `[${filled("1,", jsonBytes - 3)}1]`],
        ["digits", filled("9", jsonBytes)],
        ["spaces", filled(" ", jsonBytes)],
      ] as const)
        await hold(`${endpoint}: ${kind}`, () => send(at, body));
    }
    nothingFound();
  });

  test("answers quickly and without 500 to the longest and worst value of each header", async () => {
    for (const name of heads)
      for (const text of headTexts) {
        const headers = { "X-API-Key": key, "If-Match": "*", "Content-Type": "application/json", [name]: text };
        const body = JSON.stringify({ lastName: "Same" });
        for (const [method, path] of [
          ["PATCH", `/users/${zoe.id}`],
          ["POST", `/users/${zoe.id}/activate`],
          ["GET", "/users"],
        ])
          await hold(`${method} ${path} ${name}: ${text.slice(0, 20)}`, () =>
            ask(`${roster.url}/api/v1${path}`, {
              method: String(method),
              headers,
              ...(method === "PATCH" && { body }),
            }),
          );
      }
    nothingFound();
  });
});
