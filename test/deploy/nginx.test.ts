import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "../../src/platform/root.ts";
import { certificateFiles } from "../support/certificate.ts";
import { freePort } from "../support/free-port.ts";
import { isInstalled, startNginx } from "../support/nginx.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { describeIf } from "../support/test-if.ts";
import { formFields } from "../support/visitor.ts";

// docs/deploy/nginx.conf with a real nginx and a certificate made for this test.

const name = "roster.example.com";
const example = readFileSync(join(root, "docs/deploy/nginx.conf"), "utf8");

function withNginx(): void {
  let removeCertificate: () => void;
  let roster: Roster;
  let stopNginx: () => Promise<void>;
  let [plain, secure] = [0, 0];

  beforeAll(async () => {
    const { certificate, key, remove } = certificateFiles(name);
    removeCertificate = remove;
    // The settings that the example names.
    const settings = /BASE_URL=(\S+) and TRUST_PROXY=(\S+)/.exec(example);
    roster = await startRoster({ BASE_URL: settings?.[1] ?? "", TRUST_PROXY: settings?.[2] ?? "" });
    [plain, secure] = [await freePort(), await freePort()];
    const http = example
      .replace("127.0.0.1:3000", new URL(roster.url).host)
      .replace("listen 80;", `listen 127.0.0.1:${plain};`)
      .replace("listen 443 ssl;", `listen 127.0.0.1:${secure} ssl;`)
      .replace(/\/etc\S+fullchain.pem/, certificate)
      .replace(/\/etc\S+privkey.pem/, key);
    stopNginx = await startNginx(http, secure);
  });
  afterAll(async () => {
    await stopNginx();
    await roster.close();
    removeCertificate();
  });

  type Answer = { status: number | undefined; location: string | undefined; cookies: string[]; body: string };

  /** Asks from another address than nginx's, by the name that people type. */
  const ask = (path: string, headers: Record<string, string>, form?: Record<string, string>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: secure,
          localAddress: "127.0.0.2",
          path,
          rejectUnauthorized: false,
          method: form ? "POST" : "GET",
          headers: { Host: name, ...(form && { "Content-Type": "application/x-www-form-urlencoded" }), ...headers },
        },
        async (answer) => {
          let body = "";
          for await (const part of answer) body += part;
          const { location, "set-cookie": cookies = [] } = answer.headers;
          resolve({ status: answer.statusCode, location, cookies, body });
        },
      ).on("error", reject);
      sent.end(form && new URLSearchParams(form).toString());
    });
  const cookieOf = ({ cookies }: Answer): string => cookies.map((cookie) => cookie.split(";")[0]).join("; ");

  test("a user logs in over HTTPS with Secure cookies, and Roster sees the user's own address whatever else is claimed", async () => {
    const claimed = { "X-Forwarded-For": "203.0.113.9" };
    const page = await ask("/login", claimed);
    const fields = { ...formFields(page.body), email: roster.people.ada.email, password };
    const origin = { Origin: `https://${name}`, Cookie: cookieOf(page) };
    const answer = await ask("/login", { ...claimed, ...origin }, fields);
    expect([answer.status, answer.location]).toEqual([303, "/"]);
    for (const cookie of answer.cookies) expect(cookie).toContain("; Secure");
    const sessions = await roster.db("sessions").select("address");
    expect(sessions).toEqual([{ address: "127.0.0.2" }]);
  });

  test("plain HTTP redirects to HTTPS", async () => {
    const answer = await fetch(`http://127.0.0.1:${plain}/login?next=%2Fprofile`, { redirect: "manual" });
    expect(answer.status).toBe(301);
    expect(answer.headers.get("Location")).toBe("https://127.0.0.1/login?next=%2Fprofile");
  });

  test("a form that is too large gets Roster's own error page", async () => {
    const answer = await ask("/login", {}, { email: "x".repeat(8 * 1024 * 1024) });
    expect(answer.status).toBe(413);
    expect(answer.body).not.toContain("<center>nginx");
  });
}

describeIf(isInstalled("nginx"), "nginx is not installed")("with docs/deploy/nginx.conf", withNginx);
