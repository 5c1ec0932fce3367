import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { insertKey } from "../src/api-keys/queries.ts";
import { insertApplication } from "../src/applications/queries.ts";
import type { RouteAccess } from "../src/auth/guards.ts";
import { insertOneTimeLink } from "../src/passwords/link-queries.ts";
import { type Route, routes } from "../src/routes.ts";
import { upsertPhoto } from "../src/users/photo-queries.ts";
import { findUser } from "../src/users/queries.ts";
import { checked, head } from "./support/imports.ts";
import { addAdminOf, addUser, type Person } from "./support/people.ts";
import { type Roster, startRoster } from "./support/roster.ts";
import { isUpload, logIn, type Visitor, visit } from "./support/visitor.ts";

// Requests every route of src/routes.ts as every kind of visitor. All addresses are about Zoë, a Member of Acme.

const kinds = ["anonymous", "inactive", "asked", "demanded", "member", "manager", "admin", "stranger"] as const;
/**
 * stranger: an Admin of another organization. asked: must choose a new password. demanded: an Admin of a third
 * organization who must set up a second factor. inactive: has a session from before deactivation.
 */
type Kind = (typeof kinds)[number];

const user = { anonymous: 303, inactive: 303, asked: 303, demanded: 303 };
/** What the guard answers. Kinds that are missing are let in. */
const refused: Partial<Record<RouteAccess, Partial<Record<Kind, number>>>> = {
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

/** What pages answer to those who are let in, if it is not 200 to a GET and 422 to an empty form. */
const answers: Record<string, number> = {
  "get /": 303,
  "get /setup": 404,
  "post /setup": 404,
  "post /logout": 303,
  // The link is for a new password.
  "get /invitation/:token": 404,
  "post /invitation/:token": 404,
  "get /admin/managers/:id/invitation": 303,
  "get /admin/managers/:id/invitation-link": 303,
  // No kind of visitor has a second factor or is between password and code.
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
  "post /admin/managers/:id/api-keys/:keyId/rotate": 200,
  "post /admin/activity/:activityId/undo": 303,
  "post /admin/managers/:id/unlock": 303,
  "post /admin/applications/:applicationId/rotate-secret": 200,
  "post /admin/applications/:applicationId/api-key": 200,
  // It has none, until the form before it is sent.
  "get /admin/applications/:applicationId/api-key/revoke": 404,
  "post /admin/applications/:applicationId/api-key/revoke": 303,
  "post /admin/managers/:id/sessions/end": 303,
  "post /admin/managers/:id/sessions/:sessionName/end": 404,
  "post /admin/managers/:id/applications/:applicationId/end": 404,
  // Without the ID of a group action.
  "get /admin/managers/actions": 404,
  "post /admin/managers/actions": 404,
  "get /profile/photo": 303,
  // Nobody came from an application.
  "get /oidc/continue": 404,
  // For applications, with an access token.
  "get /oidc/picture": 401,
  "post /profile/sessions/end": 303,
  "post /admin/organization/first-steps": 303,
  "post /profile/sessions/:sessionName/end": 404,
  "post /profile/applications/:applicationId/end": 404,
};

/** What the page itself decides after the guard has let the visitor in. */
function ownAnswer({ path, access, method }: Route, kind: Kind): number | undefined {
  if (access === "photo") return kind === "admin" ? 200 : 404;
  if (access === "users:edit" && /:(?:id|activityId|applicationId)\b/.test(path) && kind === "stranger") return 404;
  const isOut = kind === "anonymous" || kind === "inactive";
  if (path === "/oidc/log-out") return method === "post" || !isOut ? 200 : 303;
  if (path.startsWith("/profile/sessions/")) return undefined;
  // The file is Ada's, and none of these visitors is Ada.
  if (path.includes(":importId")) return 404;
  // The key is Zoë's, and none of these visitors is Zoë.
  if (path === "/profile/api-keys/:keyId/revoke") return 404;
  if (path === "/profile/personal-information" && kind === "member") return 403;
  if (path === "/profile/photo" && kind === "member" && method === "post") return 403;
  const isAdmin = kind === "admin" || kind === "stranger";
  return method === "get" && path === "/profile" && isAdmin ? 303 : undefined;
}

/** Without a token these forms only redirect: logging in while logged in, and logging out while logged out. */
function withoutToken({ path }: Route, kind: Kind): number {
  const isOut = kind === "anonymous" || kind === "inactive";
  const leads: Record<string, boolean> = { "/login": !isOut, "/logout": isOut, "/second-factor": true };
  if (path === "/oidc/log-out" && isOut) return 200;
  return leads[path] ? 303 : 403;
}

function expected(route: Route, kind: Kind): number {
  const { method, path, access } = route;
  const known = refused[access]?.[kind] ?? ownAnswer(route, kind) ?? answers[`${method} ${path}`];
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
    const key = { userId: zoe.id, name: "Key", key: "roster_x", createdBy: people.ada.id };
    await insertKey(trx, { ...key, scope: "read", lifetimeDays: null });
    await insertOneTimeLink(trx, {
      token: "the-token",
      purpose: "reset",
      userId: zoe.id,
      isMailed: false,
      lifetimeMs: 3_600_000,
    });
    if (!user) throw new Error("nobody there");
    return upsertPhoto(trx, user, { large: Buffer.from("large"), small: Buffer.from("small") });
  });
  const key = await db("api_keys").first("id");
  await checked(await logIn(roster, "ada"), `${head}\nnew@example.com,New,Comer,`);
  const importId = String((await db("imports").first("id")).id);
  const change = { organization_id: acme, actor_kind: "operator", subject_id: zoe.id, action: "role.updated" };
  const changes = JSON.stringify({ role: { before: "manager", after: "member" } });
  const [row] = await db("activity")
    .insert({ ...change, changes, at: new Date().toISOString() })
    .returning("id");
  const applicationId = String(
    await db.transaction((trx) =>
      insertApplication(trx, acme, {
        ...{ name: "Wiki", kind: "web", redirectAddresses: ["https://wiki.example/"], roles: ["member"] },
        ...{ logOutAddress: "", backChannelAddress: "", clientId: "wiki", secret: "secret" },
      }),
    ),
  );
  parameters = {
    activityId: String(row.id),
    applicationId,
    importId,
    id: String(zoe.id),
    keyId: String(key.id),
    token: "the-token",
    hash,
  };
  const initech = await addAdminOf(deps, "Initech", "first@initech.example");
  const { organization_id } = await db("users").where({ id: initech.id }).first();
  await db("organizations").where({ id: organization_id }).update({ second_factor_rule: "everyone" });
  // Logging out comes last because the other routes need the session.
  const isLast = ({ path }: Route): number => ["/oidc/log-out", "/logout"].indexOf(path);
  table = routes(deps).sort((a, b) => isLast(a) - isLast(b));
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const address = ({ path }: Route): string => path.replace(/:(\w+)/g, (_, name) => parameters[name] ?? "missing");
const name = ({ method, path }: Route): string => `${method} ${path}`;

/** A new user of this kind, so that no test finds what another left. */
async function newVisitor(kind: Kind): Promise<Visitor> {
  const { deps, db } = roster;
  const email = `${kind}${performance.now()}@example.com`.replace(/\.(?=\d)/, "-");
  if (kind === "anonymous") return visit(roster);
  if (kind === "stranger") return logIn(roster, "eve");
  if (kind === "demanded") return logIn(roster, await addAdminOf(roster.deps, "Initech", email));
  const role = kind === "admin" || kind === "manager" ? kind : "member";
  const person = await addUser(deps, { email, role, mustChangePassword: kind === "asked" });
  const visitor = await logIn(roster, person);
  // Written directly because changeUser would end the session.
  if (kind === "inactive") await db("users").where({ id: person.id }).update({ status: "inactive" });
  return visitor;
}

/** Posts an empty form as the page would: as multipart where the route takes a file. */
function send(visitor: Visitor, route: Route, fields: Record<string, string>) {
  const request = visitor.agent.post(address(route));
  if (!isUpload(route.path)) return request.type("form").send(fields);
  return Object.entries(fields).reduce((form, [field, value]) => form.field(field, value), request.field("some", "x"));
}

const written = async (): Promise<unknown[]> => [
  await roster.db("users").select().orderBy("id"),
  // Ended sessions and refused requests also write rows: test/audit/on-record.test.ts.
  await roster.db("activity").whereNotIn("action", ["user.logged-out", "session.ended", "access.refused"]).count(),
  await roster.db("api_keys").select(),
  await roster.db("organizations").select(),
];

test('pages under /admin need "users:edit", the organization\'s page "organization:edit", and nine pages are open to anyone', () => {
  expect(table.map(({ access }) => access).filter((access) => !refused[access])).toEqual([]);
  const permission = ({ path }: Route): string | undefined => {
    if (path === "/admin/organization") return "organization:edit";
    return /^\/admin(\/|$)/.test(path) ? "users:edit" : undefined;
  };
  const isOther = (route: Route): boolean => permission(route) !== (/:/.test(route.access) ? route.access : undefined);
  expect(table.filter(isOther).map(name)).toEqual([]);
  const open = new Set(table.filter(({ access }) => access === "anybody").map(({ path }) => path));
  expect([...open].sort()).toEqual([
    "/api/docs",
    "/forgot-password",
    "/invitation/:token",
    "/login",
    "/logout",
    "/oidc/continue",
    "/oidc/log-out",
    "/oidc/picture",
    "/reset-password/:token",
    "/second-factor",
    "/setup",
  ]);
});

describe.each(kinds)('for the kind of visitor "%s",', (kind) => {
  test("every page answers as the table of routes says", async () => {
    const visitor = await newVisitor(kind);
    const pages = table.filter(({ method }) => method === "get");
    const found: Record<string, number> = {};
    for (const route of pages) found[name(route)] = (await visitor.get(address(route))).status;
    expect(found).toEqual(Object.fromEntries(pages.map((route) => [name(route), expected(route, kind)])));
  });

  test("every form with a valid token answers as the table of routes says", async () => {
    const visitor = await newVisitor(kind);
    const _csrf = await visitor.token("/login");
    const forms = table.filter(({ method }) => method === "post");
    const before = await written();
    const found: Record<string, number> = {};
    for (const route of forms) found[name(route)] = (await send(visitor, route, { _csrf })).status;
    expect(found).toEqual(Object.fromEntries(forms.map((route) => [name(route), expected(route, kind)])));
    // The Admin has rotated and revoked the key, since those forms need only the token.
    if (kind !== "admin") expect(await written()).toEqual(before);
  });

  test.each([
    ["without a token", {}],
    ["with a wrong token", { _csrf: "HKGrjPRi-AXVsBMcLcfuMZ20RyuyIFtlz93I" }],
  ])("a form %s changes nothing", async (_, fields) => {
    const visitor = await newVisitor(kind);
    const before = await written();
    for (const route of table.filter(({ method }) => method === "post")) {
      const { status } = await send(visitor, route, fields);
      expect([name(route), status]).toEqual([name(route), refused[route.access]?.[kind] ?? withoutToken(route, kind)]);
    }
    expect(await written()).toEqual(before);
  });
});

test("a visitor is sent to the log-in page and then to the requested page with its query", async () => {
  for (const kind of ["anonymous", "inactive"] as const) {
    const visitor = await newVisitor(kind);
    const page = await visitor.get("/admin/managers?search=a%26b&role=admin");
    expect(page.headers.location).toBe(`/login?next=${encodeURIComponent("/admin/managers?search=a%26b&role=admin")}`);
    expect((await visitor.post("/profile/sessions/end")).headers.location).toBe("/login?next=%2F");
  }
});

test("a user who must choose a new password is sent to that page from every other", async () => {
  const page = await (await newVisitor("asked")).get("/profile?a=b");
  expect(page.headers.location).toBe(`/new-password?next=${encodeURIComponent("/profile?a=b")}`);
});

test("a demoted Admin loses access at the next request", async () => {
  const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
  const visitor = await logIn(roster, bob);
  expect((await visitor.get("/admin/managers")).status).toBe(200);
  await roster.db("users").where({ id: bob.id }).update({ role: "manager" });
  const page = await visitor.get("/admin/managers");
  expect(page.status).toBe(403);
  expect(page.text).toContain("Only Admins of your organization can open this page.");
  // The menu still has what a Manager may open.
  expect(page.text.match(/(?<=href=")\/admin[^"]*/g)).toEqual(["/admin/organization"]);
});

test("users see their own photo, and another organization's Admin gets 404", async () => {
  const { hash, id } = parameters;
  const own = await (await logIn(roster, zoe)).get(`/photos/${id}/${hash}/small`);
  expect([own.status, own.headers["content-type"]]).toEqual([200, "image/webp"]);
  expect((await (await newVisitor("admin")).get(`/photos/${id}/0${hash?.slice(1)}`)).status).toBe(404);
});

test("the address of a user answers 404 for an ID that is not plain digits", async () => {
  const admin = await newVisitor("admin");
  for (const id of ["0", "-1", `0${zoe.id}`, `${zoe.id}.0`, "1e1", "%20", `${zoe.id}%20`, "9".repeat(30), "new%2F"])
    expect([id, (await admin.get(`/admin/managers/${id}`)).status]).toEqual([id, 404]);
});

test("a method that no route has changes nothing", async () => {
  const admin = await newVisitor("admin");
  for (const method of ["put", "patch", "delete"] as const)
    expect((await admin.agent[method](`/admin/managers/${zoe.id}/role`)).status).toBe(404);
  expect((await admin.get("/logout")).status).toBe(404);
  expect((await admin.get("/profile")).status).toBe(303);
});
