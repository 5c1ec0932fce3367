import { readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "../../src/platform/root.ts";
import { hasApache, startApache } from "../support/apache.ts";
import { addApplication, follow } from "../support/applications.ts";
import { startCaddy } from "../support/caddy.ts";
import { certificateFiles } from "../support/certificate.ts";
import { freePort } from "../support/free-port.ts";
import { isInstalled, startNginx } from "../support/nginx.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { describeIf } from "../support/test-if.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// docs/deploy/site.* with a real Apache, alone and behind a real nginx: Roster's log-in in front of a site that has none.

const read = (name: string): string => readFileSync(join(root, "docs/deploy", name), "utf8");
const host = "handbook.example.com";
const page = "<h1>The handbook</h1>";

/** Who adds HTTPS: nothing (the test says what a proxy would), or a real proxy. */
type Front = "no proxy" | "nginx" | "Caddy";
type Answer = { status: number | undefined; location: string; cookies: string[]; body: string };

function withApache(front: Front): void {
  let roster: Roster;
  let port = 0;
  let secure = 0;
  const ends: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    roster = await startRoster();
    port = await freePort();
    const { clientId, secret } = await addApplication(roster, {
      name: "Handbook",
      roles: ["admin", "manager", "member"],
      logOutAddress: `https://${host}/`,
      redirectAddresses: [`https://${host}/roster-log-in`],
      backChannelAddress: `http://127.0.0.1:${port}/roster-log-in?logout=backchannel`,
    });
    const site = (documents: string): string =>
      read("site.apache.conf")
        .replaceAll("127.0.0.1:8081", `127.0.0.1:${port}`)
        .replace("/srv/handbook", documents)
        .replace("https://roster.example.com", roster.url)
        .replace("CLIENT_ID", clientId)
        .replace("CLIENT_SECRET", secret)
        .replace("PASSPHRASE", "passphrase-of-this-test");
    ends.push(() => roster.close());
    ends.push(await startApache(site, { port, page }));
    if (front === "no proxy") return;
    secure = await freePort();
    const { certificate, key, remove } = certificateFiles(host);
    ends.push(remove);
    ends.push(front === "nginx" ? await withNginx(certificate, key) : await withCaddy(certificate, key));
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const withNginx = async (certificate: string, key: string) =>
    startNginx(
      read("site.nginx.conf")
        .replaceAll("127.0.0.1:8081", `127.0.0.1:${port}`)
        .replace("listen 80;", `listen 127.0.0.1:${await freePort()};`)
        .replace("listen 443 ssl;", `listen 127.0.0.1:${secure} ssl;`)
        .replace(/\/etc\S+fullchain.pem/, certificate)
        .replace(/\/etc\S+privkey.pem/, key),
      secure,
    );
  const withCaddy = (certificate: string, key: string) =>
    startCaddy(
      read("site.Caddyfile")
        .replaceAll("127.0.0.1:8081", `127.0.0.1:${port}`)
        .replace(`${host} {`, `${host}:${secure} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`),
      secure,
    );

  /** Without a proxy, the request says what one would; with one, it claims something else. */
  const ask = (path: string, cookies: string[], method = "GET"): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const isPlain = front === "no proxy";
      const forwarded = { "X-Forwarded-Host": isPlain ? host : "evil.example", "X-Forwarded-Proto": "https" };
      const headers = { Host: host, ...forwarded, Cookie: cookies.join("; ") };
      const to = { host: "127.0.0.1", port: isPlain ? port : secure, path, method, headers };
      const trust = { servername: host, rejectUnauthorized: false };
      (isPlain ? plainRequest(to) : request({ ...to, ...trust }))
        .on("response", async (answer) => {
          let body = "";
          for await (const part of answer) body += part;
          const { location = "", "set-cookie": set = [] } = answer.headers;
          resolve({
            status: answer.statusCode,
            location,
            cookies: set.map((cookie) => String(cookie.split(";")[0])),
            body,
          });
        })
        .on("error", reject)
        .end();
    });
  const pathOf = (address: string): string => new URL(address).pathname + new URL(address).search;

  /** Opens the site and logs in through Roster. @returns the site's answer with its cookies */
  async function open(visitor: Visitor): Promise<{ back: Answer; cookies: string[] }> {
    const first = await ask("/", []);
    expect([first.status, first.location]).toEqual([302, expect.stringContaining(`${roster.url}/oidc/auth?`)]);
    const back = await ask(pathOf(await follow(visitor, pathOf(first.location))), first.cookies);
    return { back, cookies: [...first.cookies, ...back.cookies] };
  }

  test("lets in someone with the permission, through Roster's log-in", async () => {
    const { back, cookies } = await open(await logIn(roster, "ada"));
    expect([back.status, back.location]).toEqual([302, `https://${host}/`]);
    expect(await ask("/", cookies)).toMatchObject({ status: 200, body: page });
    expect((await ask("/missing", cookies)).status).toBe(404);
  });

  test("refuses someone without the permission", async () => {
    const { cookies } = await open(await logIn(roster, "mia"));
    const answer = await ask("/", cookies);
    expect([answer.status, answer.body.includes("handbook")]).toEqual([401, false]);
  });

  test("asks someone who was deactivated to log in again, within seconds", async () => {
    const person = await addUser(roster.deps, { email: "leaves@example.com", role: "manager" });
    const { cookies } = await open(await logIn(roster, person));
    expect((await ask("/", cookies)).status).toBe(200);
    const ada = await logIn(roster, "ada");
    await ada.submit(`/admin/managers/${person.id}/status`, {});
    await roster.deps.logOuts.settled();
    expect((await ask("/", cookies)).status).toBe(302);
    expect(await roster.db("deliveries").whereNull("sent_at")).toEqual([]);
  });

  test("logs someone out of the site and of Roster, and leads back", async () => {
    const visitor = await logIn(roster, "max");
    const { cookies } = await open(visitor);
    const { status, location } = await ask(`/roster-log-in?logout=${encodeURIComponent(`https://${host}/`)}`, cookies);
    expect([status, location]).toEqual([302, expect.stringContaining(`${roster.url}/oidc/log-out?`)]);
    const done = await visitor.submit(pathOf(location), {});
    expect(done.text).toContain(`content="0;url=https://${host}/`);
    expect((await visitor.get("/profile")).headers.location).toMatch(/^\/login/);
    expect((await ask("/", cookies)).status).toBe(302);
  });

  test("redirects no request that changes something", async () => {
    const answer = await ask("/", [], "POST");
    expect([answer.status, answer.location]).toEqual([401, ""]);
  });
}

const isReady: Record<Front, boolean> = {
  "no proxy": true,
  nginx: isInstalled("nginx"),
  Caddy: isInstalled("caddy", ["version"]),
};
for (const front of ["no proxy", "nginx", "Caddy"] as const) {
  const reason = `Apache with mod_auth_openidc${front === "no proxy" ? "" : ` or ${front}`} is not installed`;
  describeIf(hasApache() && isReady[front], reason)(`docs/deploy/site.apache.conf with ${front}`, () =>
    withApache(front),
  );
}
