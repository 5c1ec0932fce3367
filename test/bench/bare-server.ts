import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { isWellFormedKey } from "../../src/api-keys/key.ts";
import { permissionTable } from "../../src/roles/roles.ts";
import { userFieldNames } from "../../src/users/fields.ts";
import { listPage } from "./bare-list.ts";
import { logInWrites } from "./bare-log-in.ts";
import { type Frame, logInPage, personalInformationPage, profilePage } from "./bare-pages.ts";
import { openFile, prepareQueries, type User } from "./bare-queries.ts";

// Roster is measured against this: the same pages from the same rows with node:http, prepared statements and string
// concatenation. It has no framework, log or signed cookies, but sessions, users, tokens and history.

const db = openFile(join(process.env.DATA_DIR ?? "", "roster.db"));
const queries = prepareQueries(db);
const list = listPage(db);
const logIn = logInWrites(db, queries);

/** As Roster sends them. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none';style-src 'self';img-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-DNS-Prefetch-Control": "off",
  "X-Download-Options": "noopen",
  "X-Frame-Options": "DENY",
  "X-Permitted-Cross-Domain-Policies": "none",
  "X-XSS-Protection": "0",
  "Cache-Control": "no-store",
  Vary: "Accept-Encoding",
};

type More = Record<string, string | string[]>;

function send(res: ServerResponse, status: number, type: string, body: string, more?: More): void {
  res.writeHead(status, {
    ...headers,
    ...more,
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(body),
  });
  res.end(body);
}
const html = (res: ServerResponse, body: string, more?: More): void => send(res, 200, "text/html", body, more);
const nothing = (res: ServerResponse, status: number): void => send(res, status, "text/plain", `${status}\n`);
const goTo = (res: ServerResponse, address: string, cookies: string[]): void =>
  send(res, 303, "text/plain", `See Other. Redirecting to ${address}`, { Location: address, "Set-Cookie": cookies });

const cookie = (req: IncomingMessage, name: string): string | undefined =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(req.headers.cookie ?? "")?.[1];

async function form(req: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

const notice = "roster-notice=Personal%20information%20saved.; Path=/; Max-Age=60; HttpOnly; SameSite=Lax";
const noNotice = "roster-notice=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
const oldest = (): string => new Date(Date.now() - 2 * 3_600_000).toISOString();

/** The Admin of the session, with what surrounds the pages. */
function frameOf(req: IncomingMessage): Frame | undefined {
  const session = queries.session(cookie(req, "roster") ?? "");
  if (!session?.userId || session.lastSeenAt < oldest()) return undefined;
  const me = queries.activeUser(session.userId);
  const organization = me && queries.organization(me);
  if (!organization || me.role !== "admin") return undefined;
  const token: string = JSON.parse(session.data).token;
  return { me, organization: organization.name, token, notice: cookie(req, "roster-notice") !== undefined };
}

async function userPages(req: IncomingMessage, res: ServerResponse, frame: Frame, path: string): Promise<void> {
  const [, id, page] = /^\/admin\/managers\/(\d+)(\/personal-information)?$/.exec(path) ?? [];
  const user = queries.user(frame.me.organizationId, Number(id));
  if (!user) return nothing(res, 404);
  if (!page) {
    const more = frame.notice ? { "Set-Cookie": noNotice } : undefined;
    return html(res, profilePage(frame, user, queries.profile(user)), more);
  }
  return req.method === "POST" ? save(req, res, frame, user) : html(res, personalInformationPage(frame, user));
}

async function save(req: IncomingMessage, res: ServerResponse, { me, token }: Frame, user: User): Promise<void> {
  const sent = await form(req);
  if (sent.get("_csrf") !== token) return nothing(res, 403);
  const field = (name: string): string => (sent.get(name) ?? "").trim().normalize("NFC");
  const person = { firstName: field("firstName"), lastName: field("lastName"), email: field("email") };
  if (!person.firstName || !person.lastName || !person.email.includes("@")) return nothing(res, 422);
  queries.savePerson(me, user.id, person, req.headers["user-agent"] ?? "");
  goTo(res, `/admin/managers/${user.id}`, [notice]);
}

function me(req: IncomingMessage, res: ServerResponse): void {
  const text = String(req.headers["x-api-key"]);
  const key = isWellFormedKey(text) ? queries.key(text) : undefined;
  const owner = key && queries.activeUser(key.userId);
  const found = owner && queries.organization(owner);
  if (!key || !owner || !found) {
    nothing(res, 401);
    return;
  }
  const { id, role, createdAt, lastLoginAt } = owner;
  const { name, plan } = found;
  const body = {
    id,
    ...Object.fromEntries(userFieldNames.map((name) => [name, owner[name]])),
    ...{ createdAt, lastLoginAt: lastLoginAt || null, invitedUntil: null },
    permissions: permissionTable[role],
    organization: { id: found.id, name, plan },
    key: { name: key.name, scope: key.scope, expiresAt: key.expiresAt },
  };
  send(res, 200, "application/json", JSON.stringify(body), {
    "RateLimit-Policy": `"key";q=1000000;w=60`,
    RateLimit: `"key";r=999999;t=60`,
  });
}

async function logInPages(req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method === "GET") {
    const token = logIn.newToken();
    return html(res, logInPage(token), { "Set-Cookie": `roster-form=${token}; Path=/; HttpOnly; SameSite=Lax` });
  }
  const sent = await form(req);
  const tokens: [string | null, string | undefined] = [sent.get("_csrf"), cookie(req, "roster-form")];
  const email = (sent.get("email") ?? "").trim().toLowerCase();
  const browser = req.headers["user-agent"] ?? "";
  const id = await logIn.check({ tokens, email, password: sent.get("password"), browser });
  if (!id) return nothing(res, 422);
  goTo(res, "/", [`roster=${id}; Path=/; HttpOnly; SameSite=Lax`]);
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [path = "", query = ""] = (req.url ?? "").split("?");
  if (path === "/api/v1/me") return me(req, res);
  if (path === "/login") return logInPages(req, res);
  const frame = frameOf(req);
  if (!frame) return nothing(res, 403);
  if (path === "/admin/managers") return html(res, list(frame, new URLSearchParams(query)));
  return userPages(req, res, frame, path);
}

const server = createServer((req, res) => {
  answer(req, res).catch((error) => {
    console.error(error);
    res.destroy();
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`bare listens at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => process.exit(0));
