import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import express from "express";
import { isProxyOrLocal, limitConnections } from "../../src/web/connections.ts";
import { statusOf } from "../../src/web/errors.ts";
import { formFields } from "../../src/web/form-body.ts";
import { eventually } from "../support/eventually.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn, visit } from "../support/visitor.ts";

let roster: Roster;
beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

/** The head of what the server answers to these bytes; less if it closes before. */
function send(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("latin1");
    const end = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.on("data", (text) => {
      heard += text;
      if (heard.includes("\r\n\r\n")) end();
    });
    socket.on("error", end).on("close", end);
  });
}

const port = (): number => Number(new URL(roster.url).port);

describe("malformed HTTP gets a 4xx, and the next visitor a page:", () => {
  test.each([
    ["no HTTP at all", "\x16\x03\x01 hello\r\n\r\n"],
    ["a space in a header's name", "GET /login HTTP/1.1\r\nHost: x\r\nBad name: y\r\n\r\n"],
    ["two lengths", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"],
    [
      "a length and chunks",
      "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a negative length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ["a header of 100 KB", `GET /login HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`],
    ["no Host", "GET /login HTTP/1.1\r\n\r\n"],
    ["NUL in the address", "GET /login\0 HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("%s", async (_what, bytes) => {
    expect(await send(port(), bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await visit(roster).get("/login")).status).toBe(200);
  });
});

describe("Roster answers a body that is too long before it reads it:", () => {
  test.each([
    ["a form", "/login", "application/x-www-form-urlencoded", 50_000_000],
    ["a photo", "/profile/photo", "multipart/form-data; boundary=x", 50_000_000],
  ])("%s", async (_what, path, type, length) => {
    const max = await logIn(roster, "max");
    const cookie = cookieOf(max);
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
    expect(await send(port(), head)).toMatch(/^HTTP\/1\.1 413 /);
  });
});

test("malformed multipart gets a 4xx and crashes nothing (CVE-2025-47944)", async () => {
  const max = await logIn(roster, "max");
  const _csrf = await max.token("/profile");
  const bodies = [
    "",
    "--x",
    "--x--",
    "--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--",
    `--x\r\nContent-Disposition: form-data; name="photo"; filename\r\n\r\nabc\r\n--x--`,
    `--x\r\nContent-Disposition: form-data; name="__proto__[a]"; filename="a"\r\n\r\nabc\r\n--x--`,
    `--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n${_csrf}\r\n--x\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG`,
    `--x\r\nContent-Disposition: form-data; name="${"n".repeat(100_000)}"\r\n\r\nabc\r\n--x--`,
  ];
  for (const body of bodies) {
    const answer = await max.agent
      .post("/profile/photo")
      .set("Content-Type", "multipart/form-data; boundary=x")
      .send(body);
    expect([answer.status >= 400 && answer.status < 500, answer.status]).toEqual([true, answer.status]);
  }
  expect((await max.get("/profile")).status).toBe(200);
});

// nginx keeps an idle connection for 60 s, Caddy for 2 min. Roster must not close it first.
test.each(["/login", "/healthz", "/site.css", "/api/v1/openapi.json"])(
  "%s keeps its connection open longer than proxies do",
  async (path) => {
    const { headers } = await visit(roster).get(path).set("Connection", "keep-alive");
    expect(Number(/^timeout=(\d+)$/.exec(String(headers["keep-alive"]))?.[1])).toBeGreaterThan(120);
  },
);

describe("the number of connections from one network is limited:", () => {
  /** How many of this many connections stay open. */
  async function staying(server: Server, count: number): Promise<Socket[]> {
    const { port } = server.address() as AddressInfo;
    const ended = new Set<Socket>();
    const all = await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => undefined).on("close", () => ended.add(socket));
        await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
        return socket;
      }),
    );
    const answered = async (socket: Socket): Promise<boolean> =>
      new Promise((resolve) => {
        if (ended.has(socket)) return resolve(false);
        socket.once("data", () => resolve(true)).once("close", () => resolve(false));
        socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      });
    const answers = await Promise.all(all.map(answered));
    return all.filter((_, i) => answers[i]);
  }

  let server: Server;
  const listen = async (isExempt: (address: string) => boolean) => {
    server = createServer((_req, res) => void res.end("here"));
    limitConnections(server, { isExempt, max: 5 });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  };
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("one too many is closed, and closing one makes room for another", async () => {
    await listen(() => false);
    const open = await staying(server, 8);
    expect(open).toHaveLength(5);
    expect(await staying(server, 1)).toHaveLength(0);
    open[0]?.destroy();
    await eventually(async () => (await staying(server, 1)).length === 1);
  });

  test("this machine and a trusted proxy have no limit", async () => {
    await listen(isProxyOrLocal(() => false));
    expect(await staying(server, 20)).toHaveLength(20);
    const trusts = express().set("trust proxy", "10.0.0.0/8").get("trust proxy fn");
    const is = isProxyOrLocal(trusts);
    const addresses = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "192.0.2.7", "2001:db8::1"];
    expect(addresses.filter(is)).toEqual(["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3"]);
  });
});

test("a form that arrives too slowly gets 408 and is cut off", async () => {
  const app = express();
  app.post("/", formFields(100), (_req, res) => void res.send("read"));
  app.use(((error, _req, res, _next) => void res.status(statusOf(error)).send("late")) as express.ErrorRequestHandler);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const head =
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n";
  expect(await send(port, `${head}name=1`)).toMatch(/^HTTP\/1\.1 408 [\s\S]*Connection: close/);
  expect(await send(port, `${head}name=12345`)).toMatch(/^HTTP\/1\.1 200 /);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("an ID in another notation answers 404", async () => {
  const ada = await logIn(roster, "ada");
  const { id } = roster.people.ada;
  for (const other of [
    `0${id}`,
    `+${id}`,
    `${id}.0`,
    `${id}e0`,
    `0x${id}`,
    `%20${id}`,
    `${id}%00`,
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "__proto__",
    "constructor",
    "NaN",
  ]) {
    expect([other, (await ada.get(`/admin/managers/${other}`)).status]).toEqual([other, 404]);
  }
});
