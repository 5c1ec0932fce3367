import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import sharp from "sharp";
import { generateKey, withKey } from "../support/keys.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn } from "../support/visitor.ts";

const mega = 1024 * 1024;
const endless = 60 * mega;
/** The largest body that any route reads, plus what the system buffers on both sides of a connection. */
const bounded = 25 * mega;

let roster: Roster;
let signedIn: Record<string, string>;
let withAKey: Record<string, string>;
let withMaxKey: Record<string, string>;

beforeAll(async () => {
  roster = await startRoster({ METRICS_TOKEN: "m".repeat(32) });
  const ada = await logIn(roster, "ada");
  signedIn = { Cookie: cookieOf(ada) };
  withAKey = withKey(await generateKey(ada, roster.people.ada, { scope: "write" }));
  withMaxKey = withKey(await generateKey(ada, roster.people.max, { scope: "write" }));
});
afterAll(() => roster.close());

type Sent = { method: string; path: string; headers: Record<string, string>; start?: string };

/** Sends chunks until the server closes. @returns the answer, and how much could be sent */
async function sendChunks({ method, path, headers, start = "" }: Sent): Promise<{ answer: string; sent: number }> {
  const lines = Object.entries({ Host: "x", "Transfer-Encoding": "chunked", ...headers }).map((pair) =>
    pair.join(": "),
  );
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  const first = start && `${start.length.toString(16)}\r\n${start}\r\n`;
  // TCP discards an answer that is not read yet when the server closes on unread data (RFC 9112, 9.6): try again.
  for (let tries = 1; ; tries += 1) {
    const result = await sendAll(head + first, Buffer.from(`10000\r\n${"a".repeat(0x10000)}\r\n`));
    if (result.answer !== "" || tries === 5) return result;
  }
}

/** Sends the same chunk repeatedly until the server closes. */
async function sendAll(head: string, chunk: Buffer): Promise<{ answer: string; sent: number }> {
  const socket = connect(Number(new URL(roster.url).port), "127.0.0.1");
  let answer = "";
  let goOn = (): void => undefined;
  socket.setEncoding("latin1").on("data", (text) => {
    answer += text;
  });
  socket
    .on("error", () => undefined)
    .on("drain", () => goOn())
    .on("close", () => goOn());
  socket.write(head);
  let sent = 0;
  for (; sent < endless && !socket.closed; sent += chunk.length) {
    const isFull = !socket.write(chunk);
    if (isFull && !socket.closed)
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
  }
  socket.destroy();
  return { answer, sent };
}

const form = { "Content-Type": "application/x-www-form-urlencoded" };
const multipart = { "Content-Type": "multipart/form-data; boundary=x" };
const json = { "Content-Type": "application/json" };
const file = `--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`;
const field = `--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n`;

/** What is sent, by which user, and the status of the answer. */
const endlessBodies: [string, number, () => Sent][] = [
  ["a visitor's form", 413, () => ({ method: "POST", path: "/login", headers: form })],
  [
    "a visitor's compressed form",
    413,
    () => ({ method: "POST", path: "/login", headers: { ...form, "Content-Encoding": "br" } }),
  ],
  ["a form of another type", 415, () => ({ method: "POST", path: "/login", headers: multipart })],
  ["a visitor's photo", 303, () => ({ method: "POST", path: "/profile/photo", headers: multipart, start: file })],
  [
    "a photo",
    413,
    () => ({
      method: "POST",
      path: `/admin/managers/${roster.people.max.id}/photo`,
      headers: { ...multipart, ...signedIn },
      start: file,
    }),
  ],
  [
    "a field next to a photo",
    413,
    () => ({
      method: "POST",
      path: `/admin/managers/${roster.people.max.id}/photo`,
      headers: { ...multipart, ...signedIn },
      start: field,
    }),
  ],
  [
    "a form from another site",
    403,
    () => ({
      method: "POST",
      path: "/profile/photo",
      headers: { ...form, ...signedIn, Origin: "http://evil.example" },
    }),
  ],
  ["an Admin's form", 413, () => ({ method: "POST", path: "/admin/managers/new", headers: { ...form, ...signedIn } })],
  ["the body of a GET", 200, () => ({ method: "GET", path: "/login", headers: form })],
  ["the body of a HEAD", 200, () => ({ method: "HEAD", path: "/login", headers: form })],
  ["a page that is not there", 404, () => ({ method: "POST", path: "/nowhere", headers: form })],
  ["an address that is none", 400, () => ({ method: "POST", path: "*", headers: form })],
  ["/healthz", 200, () => ({ method: "GET", path: "/healthz", headers: form })],
  ["/readyz", 200, () => ({ method: "GET", path: "/readyz", headers: form })],
  ["/metrics", 401, () => ({ method: "GET", path: "/metrics", headers: form })],
  ["the stylesheet", 200, () => ({ method: "GET", path: "/site.css", headers: form })],
  ["an export", 200, () => ({ method: "GET", path: "/admin/activity/export.csv", headers: signedIn })],
  ["the API's document", 200, () => ({ method: "GET", path: "/api/v1/openapi.json", headers: json })],
  ["the API without a key", 401, () => ({ method: "POST", path: "/api/v1/users", headers: json })],
  [
    "the API where the key may not",
    403,
    () => ({ method: "POST", path: "/api/v1/users", headers: { ...json, ...withMaxKey } }),
  ],
  ["the API's JSON", 413, () => ({ method: "POST", path: "/api/v1/users", headers: { ...json, ...withAKey } })],
  ["the API's other types", 415, () => ({ method: "POST", path: "/api/v1/users", headers: { ...form, ...withAKey } })],
  [
    "the API's photo",
    413,
    () => ({
      method: "PUT",
      path: `/api/v1/users/${roster.people.max.id}/photo`,
      headers: { "Content-Type": "image/png", ...withAKey },
    }),
  ],
  [
    "the API where nothing is asked for",
    413,
    () => ({ method: "GET", path: "/api/v1/me", headers: { ...json, ...withAKey } }),
  ],
  [
    "what is not there in the API",
    404,
    () => ({ method: "POST", path: "/api/v1/nowhere", headers: { ...json, ...withAKey } }),
  ],
];

test.each(endlessBodies)("a body without an end is cut off: %s", async (_what, status, what) => {
  const { answer, sent } = await sendChunks(what());
  expect([answer.split("\r\n")[0], sent < bounded]).toEqual([expect.stringMatching(`^HTTP/1.1 ${status} `), true]);
  expect(answer).toMatch(/^Connection: close$/m);
});

test("a body that announces more than 100 MB gets an answer and is cut off", async () => {
  const length = String(101 * mega);
  const { answer, sent } = await sendAll(
    `POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`,
    Buffer.alloc(0x10000),
  );
  expect([answer.split("\r\n")[0], sent < bounded]).toEqual([expect.stringMatching(/^HTTP\/1.1 413 /), true]);
});

test("a chunked body that ends is read normally", async () => {
  const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const address = `${roster.url}/api/v1/users/${roster.people.max.id}/photo`;
  const headers = { "Content-Type": "image/png", ...withAKey };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sending = request(address, { method: "PUT", headers }, resolve).on("error", reject);
    sending.write(photo.subarray(0, 20));
    sending.end(photo.subarray(20));
  });
  answer.resume();
  expect([answer.statusCode, answer.headers.connection]).toEqual([204, "keep-alive"]);
});
