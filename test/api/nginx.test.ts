import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { freePort } from "../support/free-port.ts";
import { isInstalled, startNginx } from "../support/nginx.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { describeIf } from "../support/test-if.ts";

// The recipe of docs/api.md with a real nginx.

const manual = readFileSync(join(import.meta.dirname, "../../docs/api.md"), "utf8");
const recipe = /```nginx\n([\s\S]*?)```/.exec(manual)?.[1] ?? "";

test("docs/api.md contains the nginx recipe", () => {
  expect(recipe).toContain("auth_request");
});

function withNginx(): void {
  let roster: Roster;
  let service: Server;
  let stopNginx: () => Promise<void>;
  let url: string;
  let last: { method: string | undefined; headers: IncomingHttpHeaders; body: string } | undefined;

  beforeAll(async () => {
    roster = await startRoster({ API_RATE_LIMIT: "5" });
    service = createServer(async (req, res) => {
      let body = "";
      for await (const part of req) body += part;
      last = { method: req.method, headers: req.headers, body };
      res.writeHead(req.url === "/broken" ? 500 : 200).end("the service's own answer");
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const http = recipe
      .replace("127.0.0.1:3000", new URL(roster.url).host)
      .replace("127.0.0.1:4000", `127.0.0.1:${(service.address() as AddressInfo).port}`)
      .replace("listen 8080", `listen 127.0.0.1:${port}`);
    stopNginx = await startNginx(http, port);
  });
  afterAll(async () => {
    await stopNginx();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
    await roster.close();
  });

  const ask = async (name: "ada" | "max" | "mia" | "ian" | undefined, init: RequestInit = {}, path = "/") => {
    last = undefined;
    const key = name && (await keyOf(roster, roster.people[name]));
    return fetch(url + path, { ...init, headers: key ? { "X-API-Key": key } : {} });
  };

  test("passes on what the key's owner may do, and hides the key from the service", async () => {
    const answer = await ask("mia");
    expect([answer.status, await answer.text()]).toEqual([200, "the service's own answer"]);
    expect(last?.headers).not.toHaveProperty("x-api-key");
    expect((await ask("max", { method: "POST", body: "what was sent" })).status).toBe(200);
    expect(last).toMatchObject({ method: "POST", body: "what was sent" });
  });

  test("refuses other requests without asking the service", async () => {
    expect((await ask("mia", { method: "POST", body: "x" })).status).toBe(403);
    const unknown = await ask(undefined);
    expect([unknown.status, unknown.headers.get("WWW-Authenticate")]).toEqual([401, 'Bearer realm="Roster"']);
    expect((await ask("ian")).status).toBe(401);
    expect((await ask(undefined, {}, "/.roster")).status).toBe(404);
    expect(last).toBeUndefined();
  });

  test("takes Authorization: Bearer too, and the caller cannot change which permission is checked", async () => {
    const key = await keyOf(roster, roster.people.mia);
    const headers = { Authorization: `Bearer ${key}` };
    expect((await fetch(`${url}/?feature=apps&action=view`, { headers, method: "DELETE" })).status).toBe(403);
    expect((await fetch(url, { headers })).status).toBe(200);
    expect(last?.headers).not.toHaveProperty("authorization");
  });

  test("passes on the service's own errors, and answers 503 with Retry-After over the rate limit", async () => {
    const own = await ask("ada", {}, "/broken");
    expect([own.status, await own.text()]).toEqual([500, "the service's own answer"]);
    const headers = { "X-API-Key": await keyOf(roster, roster.people.ada) };
    for (let turn = 0; turn < 5; turn++) expect((await fetch(url, { headers })).status).toBe(200);
    const refused = await fetch(url, { headers });
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "60"]);
  });
}

describeIf(isInstalled("nginx"), "nginx is not installed")("the nginx recipe of docs/api.md", withNginx);
