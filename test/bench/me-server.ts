import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { isWellFormedKey } from "../../src/api-keys/key.ts";
import { findKeyOwner } from "../../src/api-keys/queries.ts";
import { permissionTable, type Role } from "../../src/roles/roles.ts";
import { hashToken } from "../../src/secrets.ts";
import { keyOf } from "../support/api-client.ts";
import { startRoster } from "../support/roster.ts";

// One of the two servers of me.ts: "roster", or "bare FILE KEY".

/** What me.ts has to know: `lookUp` in microseconds, the data file, and a key that works. */
export type Served = { url: string; file: string; key: string; lookUp: number };

const turns = 5_000;

async function microseconds(work: () => unknown): Promise<number> {
  for (let turn = 0; turn < turns; turn++) await work();
  const began = performance.now();
  for (let turn = 0; turn < turns; turn++) await work();
  return ((performance.now() - began) * 1_000) / turns;
}

async function serveRoster(): Promise<Served> {
  const roster = await startRoster({ API_RATE_LIMIT: "1000000" });
  process.once("disconnect", () => void roster.close().then(() => process.exit()));
  const key = await keyOf(roster, roster.people.ada);
  const lookUp = await microseconds(() => isWellFormedKey(key) && findKeyOwner(roster.db, key, "127.0.0.1"));
  return { url: `${roster.url}/api/v1/me`, file: join(roster.dataDir, "roster.db"), key, lookUp };
}

type KeyRow = { user_id: number; name: string; scope: string; expires_at: string };
type UserRow = { organization_id: number; role: Role };

/** The same three reads and the same answer, and nothing else. */
async function serveBare(file: string, key: string): Promise<Served> {
  const db = new BetterSqlite3(file, { readonly: true });
  const findKey = db.prepare<[string, string], KeyRow>(
    "select * from api_keys where key_hash = ? and revoked_at is null and (expires_at is null or expires_at > ?)",
  );
  const findUser = db.prepare<[number], UserRow>(
    `select id, organization_id, first_name firstName, last_name lastName, email, role, status, created_at createdAt,
       last_login_at lastLoginAt from users where id = ? and status = 'active'`,
  );
  const findOrganization = db.prepare<[number], object>("select id, name, plan from organizations where id = ?");

  function lookUp(text: string): object | undefined {
    const row = isWellFormedKey(text) ? findKey.get(hashToken(text), new Date().toISOString()) : undefined;
    const user = row && findUser.get(row.user_id);
    if (!user) return undefined;
    const { organization_id, ...owner } = user;
    const { name, scope, expires_at } = row;
    const organization = findOrganization.get(organization_id);
    return {
      ...owner,
      permissions: permissionTable[user.role],
      organization,
      key: { name, scope, expiresAt: expires_at },
    };
  }

  const server = createServer((req, res) => {
    const found = lookUp(String(req.headers["x-api-key"]));
    res.writeHead(found ? 200 : 401, { "Content-Type": "application/json" }).end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.once("disconnect", () => process.exit());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, file, key, lookUp: await microseconds(() => lookUp(key)) };
}

const [kind, file = "", key = ""] = process.argv.slice(2);
process.send?.(kind === "roster" ? await serveRoster() : await serveBare(file, key));
