import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { insertKey } from "../src/api-keys/queries.ts";
import type { Who } from "../src/auth/guards.ts";
import { insertOneTimeLink } from "../src/passwords/link-queries.ts";
import { type Route, routes } from "../src/routes.ts";
import { upsertPhoto } from "../src/users/photo-queries.ts";
import { findUser } from "../src/users/queries.ts";
import { addAdminOf, addUser, type Person } from "./support/people.ts";
import { type Roster, startRoster } from "./support/roster.ts";
import { logIn, type Visitor, visit } from "./support/visitor.ts";

// Walks the whole table of src/routes.ts as everybody there is. All addresses are about Zoë, a Member of Acme.

const kinds = ["anonymous", "inactive", "asked", "demanded", "member", "manager", "admin", "stranger"] as const;
/** "stranger": another organization's Admin; "asked": for a new password; "demanded": a second factor, of an Admin of a third who has none; "inactive": with a session from before. */
type Kind = (typeof kinds)[number];

const user = { anonymous: 303, inactive: 303, asked: 303, demanded: 303 };
/** What the guard alone answers; those who are not named are let in. No page has another word. */
const refused: Partial<Record<Who, Partial<Record<Kind, number>>>> = {
  anybody: {},
  user,
  "users:edit": { ...user, member: 403, manager: 403 },
  "organization:edit": { ...user, member: 403 },
  photo: { anonymous: 404, inactive: 404, asked: 303, demanded: 303 },
  "new-password": {
    anonymous: 303,
    inactive: 303,
    demanded: 303,
    member: 303,
    manager: 303,
    admin: 303,
    stranger: 303,
  },
  "second-factor": { anonymous: 303, inactive: 303, asked: 303 },
};

/** What pages answer those who were let in, where it is not 200 to a GET and 422 to an empty form. */
const answers: Record<string, number> = {
  "get /": 303,
  "get /setup": 404,
  "post /setup": 404,
  "post /logout": 303,
  // Nobody here is halfway through a log-in, and nobody has a second factor.
  "get /second-factor": 303,
  "post /second-factor": 303,
  "get /profile/second-factor/recovery-codes": 303,
  "post /profile/second-factor/recovery-codes": 303,
  "get /profile/second-factor/turn-off": 303,
  "post /profile/second-factor/turn-off": 303,
  "post /admin/managers/:id/second-factor": 303,
  "get /admin/managers/:id/photo": 303,
  "get /admin/managers/:id/api-keys": 303,
  "post /admin/managers/:id/api-keys/:keyId/revoke": 303,
  "post /admin/managers/:id/unlock": 303,
  "post /admin/managers/:id/sessions/end": 303,
  "post /admin/managers/:id/sessions/:sessionName/end": 404,
  "get /profile/photo": 303,
  "post /profile/sessions/end": 303,
  "post /profile/sessions/:sessionName/end": 404,
};

/** What a page finds out by itself about who asks. */
function ownAnswer({ path, who, method }: Route, kind: Kind): number | undefined {
  if (who === "photo") return kind === "admin" ? 200 : 404;
  if (who === "users:edit" && path.includes(":id") && kind === "stranger") return 404;
  if (path.startsWith("/profile/sessions/")) return undefined;
  // Zoë's key, which is nobody's own here.
  if (path === "/profile/api-keys/:keyId/revoke") return 404;
  if (path === "/profile/personal-information" && kind === "member") return 403;
  if (path === "/profile/photo" && kind === "member" && method === "post") return 403;
  const isAdmin = kind === "admin" || kind === "stranger";
  return method === "get" && path === "/profile" && isAdmin ? 303 : undefined;
}

/** Forms that lead on, and change nothing, where there is nothing left to do: who is logged in (out) need not be so again. */
function withoutToken({ path }: Route, kind: Kind): number {
  const isOut = kind === "anonymous" || kind === "inactive";
  const leads: Record<string, boolean> = { "/login": !isOut, "/logout": isOut, "/second-factor": true };
  return leads[path] ? 303 : 403;
}

function expected(route: Route, kind: Kind): number {
  const { method, path, who } = route;
  const known = refused[who]?.[kind] ?? ownAnswer(route, kind) ?? answers[`${method} ${path}`];
  return known ?? (method === "get" ? 200 : 422);
}

let roster: Roster;
let zoe: Person;
let parameters: Record<string, string>;
let table: Route[];

beforeAll(async () => {
  roster = await startRoster();
  const { db, deps, people } = roster;
  zoe = await addUser(deps, { email: "zoe@example.com" });
  const { organization_id: acme } = await db("users").where({ id: people.ada.id }).first();
  const hash = await db.transaction(async (trx) => {
    const user = await findUser(trx, acme, zoe.id);
    const key = { userId: zoe.id, name: "Key", key: "roster_x", formId: "x", createdBy: people.ada.id };
    await insertKey(trx, { ...key, scope: "read", spanDays: null });
    await insertOneTimeLink(trx, { token: "the-token", purpose: "reset", userId: zoe.id, lifetime: 60_000 });
    if (!user) throw new Error("nobody there");
    return upsertPhoto(trx, user, { large: Buffer.from("large"), small: Buffer.from("small") });
  });
  const key = await db("api_keys").first("id");
  parameters = { id: String(zoe.id), keyId: String(key.id), token: "the-token", hash };
  const initech = await addAdminOf(deps, "Initech", "first@initech.example");
  const { organization_id } = await db("users").where({ id: initech.id }).first();
  await db("organizations").where({ id: organization_id }).update({ second_factor: "everyone" });
  // Logging out comes last: it ends what the others need.
  table = routes(deps).sort((a, b) => Number(a.path === "/logout") - Number(b.path === "/logout"));
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const address = ({ path }: Route): string => path.replace(/:(\w+)/g, (_, name) => parameters[name] ?? "missing");
const name = ({ method, path }: Route): string => `${method} ${path}`;

/** Somebody new of this kind each time, so that no test finds what another left. */
async function somebody(kind: Kind): Promise<Visitor> {
  const { deps, db } = roster;
  const email = `${kind}${performance.now()}@example.com`.replace(/\.(?=\d)/, "-");
  if (kind === "anonymous") return visit(roster);
  if (kind === "stranger") return logIn(roster, "eve");
  if (kind === "demanded") return logIn(roster, await addAdminOf(roster.deps, "Initech", email));
  const role = kind === "admin" || kind === "manager" ? kind : "member";
  const person = await addUser(deps, { email, role, mustChangePassword: kind === "asked" });
  const visitor = await logIn(roster, person);
  // Past our own changeUser, which would end the session.
  if (kind === "inactive") await db("users").where({ id: person.id }).update({ status: "inactive" });
  return visitor;
}

/** Posts an empty form as the page would: with a file's encoding where the route reads one. */
function send(visitor: Visitor, route: Route, fields: Record<string, string>) {
  const request = visitor.agent.post(address(route));
  if (!route.path.endsWith("/photo")) return request.type("form").send(fields);
  return Object.entries(fields).reduce((form, [field, value]) => form.field(field, value), request.field("some", "x"));
}

const written = async (): Promise<unknown[]> => [
  await roster.db("users").select().orderBy("id"),
  // Ending one's own sessions is on record too.
  // So is that somebody was refused, once an hour (test/audit/on-record.test.ts).
  await roster.db("activity").whereNotIn("action", ["user.logged-out", "session.ended", "access.refused"]).count(),
  await roster.db("api_keys").select(),
  await roster.db("organizations").select(),
];

test("all of /admin needs Users: edit, the organization's page Organization: edit, and these are open to anybody", () => {
  expect(table.map(({ who }) => who).filter((who) => !refused[who])).toEqual([]);
  const permission = ({ path }: Route): string | undefined => {
    if (path === "/admin/organization") return "organization:edit";
    return /^\/admin(\/|$)/.test(path) ? "users:edit" : undefined;
  };
  const isOther = (route: Route): boolean => permission(route) !== (/:/.test(route.who) ? route.who : undefined);
  expect(table.filter(isOther).map(name)).toEqual([]);
  const open = new Set(table.filter(({ who }) => who === "anybody").map(({ path }) => path));
  expect([...open].sort()).toEqual([
    "/api/docs",
    "/forgot-password",
    "/login",
    "/logout",
    "/reset-password/:token",
    "/second-factor",
    "/setup",
  ]);
});

describe.each(kinds)("as %s", (kind) => {
  test("every page answers as its word in the table says", async () => {
    const visitor = await somebody(kind);
    const pages = table.filter(({ method }) => method === "get");
    const found: Record<string, number> = {};
    for (const route of pages) found[name(route)] = (await visitor.get(address(route))).status;
    expect(found).toEqual(Object.fromEntries(pages.map((route) => [name(route), expected(route, kind)])));
  });

  test("every form with its token answers as its word in the table says", async () => {
    const visitor = await somebody(kind);
    const _csrf = await visitor.token("/login");
    const forms = table.filter(({ method }) => method === "post");
    const before = await written();
    const found: Record<string, number> = {};
    for (const route of forms) found[name(route)] = (await send(visitor, route, { _csrf })).status;
    expect(found).toEqual(Object.fromEntries(forms.map((route) => [name(route), expected(route, kind)])));
    // Revoking asks for nothing but the token, so an Admin has done it.
    if (kind !== "admin") expect(await written()).toEqual(before);
  });

  test.each([
    ["without", {}],
    ["with a wrong", { _csrf: "HKGrjPRi-AXVsBMcLcfuMZ20RyuyIFtlz93I" }],
  ])("no form %s token is read, and nothing is written", async (_, fields) => {
    const visitor = await somebody(kind);
    const before = await written();
    for (const route of table.filter(({ method }) => method === "post")) {
      const { status } = await send(visitor, route, fields);
      expect([name(route), status]).toEqual([name(route), refused[route.who]?.[kind] ?? withoutToken(route, kind)]);
    }
    expect(await written()).toEqual(before);
  });
});

test("a visitor is led to the log-in and from there to the page asked for, with its query", async () => {
  for (const kind of ["anonymous", "inactive"] as const) {
    const visitor = await somebody(kind);
    const page = await visitor.get("/admin/managers?search=a%26b&role=admin");
    expect(page.headers.location).toBe(`/login?next=${encodeURIComponent("/admin/managers?search=a%26b&role=admin")}`);
    expect((await visitor.post("/profile/sessions/end")).headers.location).toBe("/login?next=%2F");
  }
});

test("who was asked for a new password is led to that page alone", async () => {
  const page = await (await somebody("asked")).get("/profile?a=b");
  expect(page.headers.location).toBe(`/new-password?next=${encodeURIComponent("/profile?a=b")}`);
});

test("a demoted Admin notices at the next request", async () => {
  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  const visitor = await logIn(roster, bob);
  expect((await visitor.get("/admin/managers")).status).toBe(200);
  await roster.db("users").where({ id: bob.id }).update({ role: "manager" });
  const page = await visitor.get("/admin/managers");
  expect(page.status).toBe(403);
  expect(page.text).toContain("Only Admins of your organization may open this page.");
  // What a Manager may open is still in the menu.
  expect(page.text.match(/(?<=href=")\/admin[^"]*/g)).toEqual(["/admin/organization"]);
});

test("one's own photo is shown to oneself, and to nobody of another organization", async () => {
  const { hash, id } = parameters;
  const own = await (await logIn(roster, zoe)).get(`/photos/${id}/${hash}/small`);
  expect([own.status, own.headers["content-type"]]).toEqual([200, "image/webp"]);
  expect((await (await somebody("admin")).get(`/photos/${id}/0${hash?.slice(1)}`)).status).toBe(404);
});

test("an id that is not plain digits is an unknown page", async () => {
  const admin = await somebody("admin");
  for (const id of ["0", "-1", `0${zoe.id}`, `${zoe.id}.0`, "1e1", "%20", `${zoe.id}%20`, "9".repeat(30), "new%2F"])
    expect([id, (await admin.get(`/admin/managers/${id}`)).status]).toEqual([id, 404]);
});

test("the methods that no route has change nothing", async () => {
  const admin = await somebody("admin");
  for (const method of ["put", "patch", "delete"] as const)
    expect((await admin.agent[method](`/admin/managers/${zoe.id}/role`)).status).toBe(404);
  expect((await admin.get("/logout")).status).toBe(404);
  expect((await admin.get("/profile")).status).toBe(303);
});
