import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { formFields } from "../support/visitor.ts";
import { rankTest } from "./rank-test.ts";

// npm run bench -- timing: whether the time of an answer reveals who exists. Tries of each kind run in a shuffled
// order, each from its own network and for its own email, so that no limit is reached. A rank test then compares each
// two kinds. A p under 0.01 / 6, for six comparisons, says that they differ.

const each = 200;
const kinds = ["known", "unknown", "inactive"] as const;
type Kind = (typeof kinds)[number];

const child = fork(join(import.meta.dirname, "timing-server.ts"), [String(each)]);
const [{ url, password }] = (await once(child, "message")) as [{ url: string; password: string }];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function ask(
  path: string,
  options: { body?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<{ status: number; ms: number; text: string; cookie: string }> {
  const body = options.body && new URLSearchParams(options.body).toString();
  const headers = body
    ? { ...options.headers, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }
    : options.headers;
  const began = performance.now();
  const sent = request(`${url}${path}`, { agent, method: body ? "POST" : "GET", headers: headers ?? {} });
  const [res] = (await once(sent.end(body), "response")) as [IncomingMessage];
  const ms = performance.now() - began;
  const text = (await res.toArray()).join("");
  return { status: res.statusCode ?? 0, ms, text, cookie: res.headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
}

function shuffled<T>(values: T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** The times of each kind in milliseconds: of the answer, and of the page requested right after it. */
async function measure(path: string, status: number, fields: (kind: Kind) => Record<string, string>) {
  const times = {
    answer: { known: [], unknown: [], inactive: [] },
    next: { known: [], unknown: [], inactive: [] },
  } as {
    answer: Record<Kind, number[]>;
    next: Record<Kind, number[]>;
  };
  const page = await ask(path);
  const { _csrf = "" } = formFields(page.text);
  for (let i = 0; i < 10; i++) await ask(path, { headers: { Cookie: page.cookie } });
  const tries = shuffled(kinds.flatMap((kind) => Array.from({ length: each }, (_, i) => ({ kind, i }))));
  for (const [turn, { kind, i }] of tries.entries()) {
    const headers = { Cookie: page.cookie, "X-Forwarded-For": `10.${path.length}.${turn >> 8}.${turn & 255}` };
    const body = { _csrf, ...fields(kind), email: `${kind}-${i}@example.com` };
    const answer = await ask(path, { headers, body });
    if (answer.status !== status) throw new Error(`${path} answered ${answer.status}, not ${status}`);
    times.answer[kind].push(answer.ms);
    times.next[kind].push((await ask("/login", { headers: { Cookie: page.cookie } })).ms);
    // Work that follows an answer is done before the next try.
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return times;
}

function report(title: string, times: Record<Kind, number[]>): void {
  const quantile = (values: number[], part: number): string =>
    (values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0).toFixed(2);
  const medians = kinds.map((kind) => {
    const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(times[kind], part));
    return `${kind} ${middle} (${low} to ${high})`;
  });
  console.log(`${title}: median and quartiles of ${each} tries in ms: ${medians.join("; ")}`);
  for (const [one, other] of [
    ["known", "unknown"],
    ["known", "inactive"],
    ["unknown", "inactive"],
  ] as [Kind, Kind][]) {
    const { u, p } = rankTest(times[one], times[other]);
    const share = ((u / each ** 2) * 100).toFixed(1);
    console.log(`  ${one} against ${other}: U = ${u} (${share} % of pairs slower), p = ${p.toPrecision(2)}`);
  }
}

const forgot = await measure("/forgot-password", 200, () => ({}));
report("Forgot password", forgot.answer);
report("  the page right after it", forgot.next);
const logIn = await measure("/login", 422, (kind) => ({
  password: kind === "inactive" ? password : "not-the-password",
}));
report("Log-in", logIn.answer);
report("  the page right after it", logIn.next);
agent.destroy();
child.disconnect();
