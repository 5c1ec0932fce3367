import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";

// The load: a client of a few lines on a plain socket. Making requests should cost next to nothing compared with
// answering them, and less than with autocannon or node:http. A save also needs what the form's page contained.

export type Answer = {
  status: number;
  /** The status line and headers as received. */
  head: string;
  /** The bytes of the body. */
  size: number;
  text: () => string;
};

/** An open connection that sends one request at a time. */
export type Connection = { ask: (request: string) => Promise<Answer>; close: () => void };

type Waiting = { request: string; resolve: (answer: Answer) => void; reject: (error: Error) => void };

const headEnd = Buffer.from("\r\n\r\n");

/** @param port of this machine */
export async function connect(port: number): Promise<Connection> {
  let waiting: Waiting | undefined;

  async function open(): Promise<Socket> {
    const socket = connectSocket({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    let received: Buffer = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.once("close", () => void askAgain().catch((error) => waiting?.reject(error)));
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const asked = waiting;
      try {
        const answer = readAnswer(received);
        if (!answer) return;
        received = Buffer.alloc(0);
        waiting = undefined;
        asked?.resolve(answer);
      } catch (error) {
        // Thrown from here it would end the bench without removing what it started.
        asked?.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    return socket;
  }

  /**
   * A busy server may take a connection for idle and close it while a request is on its way. Browsers ask again too.
   */
  async function askAgain(): Promise<void> {
    if (!waiting) return;
    if (!waiting.request.startsWith("GET")) throw new Error("the server closed the connection");
    current = await open();
    current.write(waiting.request);
  }

  let current = await open();
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { request, resolve, reject };
        if (current.destroyed) askAgain().catch(reject);
        else current.write(request);
      }),
    close: () => current.destroy(),
  };
}

/** Undefined until the response is complete. @throws Error if the response has no length */
function readAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length:\n${head}`);
  const body = received.subarray(end + headEnd.length);
  if (body.length < Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), head, size: Number(length), text: () => body.toString("utf8") };
}

// As long as a browser's headers, but without accepting compressed responses.
const common =
  "Host: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n";

const headerLines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");

export function get(path: string, headers: Record<string, string>): string {
  return `GET ${path} HTTP/1.1\r\n${common}${headerLines(headers)}\r\n`;
}

/** A form that was filled in. */
export function post(path: string, headers: Record<string, string>, fields: Record<string, string>): string {
  const body = new URLSearchParams(fields).toString();
  const type = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
  return `POST ${path} HTTP/1.1\r\n${common}${type}${headerLines(headers)}\r\n${body}`;
}

/** The cookies that a response sets, as a request sends them back, without those that it removes. */
export function cookiesOf({ head }: Answer): string {
  const set = [...head.matchAll(/\r\nset-cookie: ([^=]+=[^;\r]+)/gi)].map(([, cookie]) => cookie);
  return set.join("; ");
}

/** The token of a form on the page. */
export function tokenIn(page: Answer): string {
  return /name="_csrf" value="([^"]+)"/.exec(page.text())?.[1] ?? "";
}
