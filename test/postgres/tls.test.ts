import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openDatabase } from "../../src/database/database.ts";
import { makeAuthority } from "../support/certificate.ts";
import { makeDatabase, nobody, startPostgres, stopPostgres, withoutSync } from "../support/postgres.ts";
import { runServerAlone } from "../support/process.ts";
import { quick, startTogether } from "./processes.ts";

// TLS to a PostgreSQL whose certificate is for "localhost", from an authority that this test makes.

let folder: string;
let given: Awaited<ReturnType<typeof makeDatabase>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-tls-"));
  chmodSync(folder, 0o755);
  const authority = makeAuthority("The test's authority");
  const { certificate, key } = authority.issue("localhost");
  const files = { "ca.pem": authority.certificate, "other.pem": makeAuthority("Another authority").certificate };
  for (const [name, text] of Object.entries({ ...files, "server.pem": certificate, "server.key": key }))
    writeFileSync(join(folder, name), text);
  // Whatever umask an earlier test left: PostgreSQL, which runs as someone else, must read it.
  chmodSync(join(folder, "server.pem"), 0o644);
  chmodSync(join(folder, "server.key"), 0o600);
  if (nobody) chownSync(join(folder, "server.key"), nobody.uid, nobody.gid);
  // A server only for this file.
  delete process.env.POSTGRES_URL;
  const tls = [`ssl_cert_file=${join(folder, "server.pem")}`, `ssl_key_file=${join(folder, "server.key")}`];
  Object.assign(process.env, await startPostgres([...withoutSync, "ssl=on", ...tls]));
  given = await makeDatabase();
});
afterAll(async () => {
  await stopPostgres();
  rmSync(folder, { recursive: true });
});

const address = (host: string, mode: string, root?: string): string => {
  const url = Object.assign(new URL(given.databaseUrl), { hostname: host });
  if (mode) url.searchParams.set("sslmode", mode);
  if (root) url.searchParams.set("sslrootcert", join(folder, root));
  return url.href;
};

test.each([
  ["", "127.0.0.1", undefined, false],
  ["disable", "127.0.0.1", undefined, false],
  ["require", "127.0.0.1", undefined, true],
  ["verify-ca", "127.0.0.1", "ca.pem", true],
  ["verify-full", "localhost", "ca.pem", true],
])("with sslmode=%s at %s the connection is made as requested", async (mode, host, root, isEncrypted) => {
  const db = await openDatabase({ dataDir: folder, databaseUrl: address(host, mode, root) });
  try {
    const { rows } = await db.raw("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    expect(rows).toEqual([{ ssl: isEncrypted ? 1 : 0 }]);
  } finally {
    await db.destroy();
  }
});

test.each([
  [
    "another authority's certificate",
    "localhost",
    "verify-full",
    "other.pem",
    "certificate is not trusted: unable to verify the first certificate (",
  ],
  [
    "a certificate of no known authority",
    "localhost",
    "verify-full",
    undefined,
    "certificate is not trusted: unable to verify the first certificate (",
  ],
  [
    "a certificate for another name",
    "127.0.0.1",
    "verify-full",
    "ca.pem",
    "certificate is not trusted: Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list",
  ],
  [
    "an untrusted authority",
    "127.0.0.1",
    "verify-ca",
    "other.pem",
    "certificate is not trusted: unable to verify the first certificate (",
  ],
  ["a missing certificate file", "localhost", "verify-full", "none.pem", "no such file or directory, open"],
  ["a missing sslrootcert", "localhost", "verify-ca", undefined, "sslmode=verify-ca needs sslrootcert"],
])("%s stops the start with one line that says so", async (_why, host, mode, root, words) => {
  const settings = { ...quick, DATABASE_URL: address(host, mode, root), DATA_DIR: join(folder, "refused") };
  const run = runServerAlone(settings);
  expect(await run.ended).toBe(1);
  expect(run.err()).toMatch(/^DATABASE_URL: [^\n]+\n$/);
  expect(run.err()).toContain(words);
});

test("a server that must verify its database works without a warning, and encrypts all its connections", async () => {
  const settings = { DATABASE_URL: address("localhost", "verify-full", "ca.pem") };
  const together = await startTogether(1, { settings, given });
  try {
    expect((await fetch(`${together.urls[0]}/readyz`)).status).toBe(200);
    const { rows } = await together.db.raw(
      `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid)
       where application_name = 'roster' and pid <> pg_backend_pid()`,
    );
    expect(rows).toEqual([{ ssl: 1 }]);
    expect(together.processes.map(({ run }) => run.err())).toEqual([""]);
  } finally {
    await together.close();
  }
});
