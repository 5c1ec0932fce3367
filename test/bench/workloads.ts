import { formFields } from "../support/visitor.ts";
import { type Answer, cookiesOf, get, post } from "./client.ts";
import { type Load, measure, medians, type Result, type Step } from "./load.ts";
import { logIn } from "./log-in.ts";
import { benchKey } from "./people.ts";
import type { Server } from "./servers.ts";

/** What a workload needs apart from the server. */
export type Facts = {
  users: number;
  /** Of S1. */
  addresses: string[];
  /** Of the eight people who log in. */
  emails: string[];
  concurrency: number;
  seconds: number;
};

const loadNames = ["S1", "S2", "S3", "S4", "S5"] as const;
export type LoadName = (typeof loadNames)[number];
export const workloadNames = [...loadNames, "S6", "searches"] as const;
export type WorkloadName = (typeof workloadNames)[number];

export const titles: Record<LoadName, string> = {
  S1: "Managers, 200 addresses",
  S2: "User profile, random user",
  S3: "GET /api/v1/me with a key",
  S4: "Save: form, POST, profile",
  S5: "Profiles while 8 log in",
};

/** The chosen workloads that are a load, in order. */
export const loadsOf = ({ workloads }: { workloads: readonly WorkloadName[] }): LoadName[] =>
  loadNames.filter((name) => workloads.includes(name));

type Run = (server: Server, facts: Facts) => Promise<Result>;

/** Reads come first, because writes must not make a later one slower. */
export const runs: Record<LoadName, Run> = {
  S1: (server, facts) => {
    const requests = facts.addresses.map((address) => get(address, { Cookie: server.cookie }));
    const atLeast = requests.length;
    return measure({ ...usual(server, facts), atLeast, step: ask(requests) });
  },
  S2: (server, facts) => measure({ ...usual(server, facts), step: profiles(server, facts) }),
  S3: (server, facts) => {
    const requests = [get("/api/v1/me", { "X-API-Key": benchKey })];
    return measure({ ...usual(server, facts), step: ask(requests) });
  },
  S4: (server, facts) => measure({ ...usual(server, facts), step: save(server, facts) }),
  S5: async (server, facts) => {
    const [result, logIns] = await Promise.all([
      measure({ ...usual(server, facts), connections: 4, step: profiles(server, facts) }),
      measure({ ...usual(server, facts), connections: 8, step: logInAs(facts) }),
    ]);
    return { ...result, logIns: logIns.perSecond };
  },
};

/**
 * Measures all in turn, after a shorter round of each that does not count. @returns the medians, in the order of the
 * servers
 */
export async function measureInTurn<const Servers extends readonly Server[]>(
  name: LoadName,
  servers: Servers,
  facts: Facts,
  rounds: number,
): Promise<{ [Each in keyof Servers]: Result }> {
  const run = runs[name];
  for (const server of servers) await run(server, { ...facts, seconds: Math.min(2, facts.seconds) });
  const results: Result[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, server] of servers.entries()) results[index]?.push(await run(server, facts));
  return results.map(medians) as { [Each in keyof Servers]: Result };
}

const usual = (server: Server, { concurrency, seconds }: Facts): Omit<Load, "step"> => ({
  server,
  connections: concurrency,
  seconds,
});

function requireStatus(answer: Answer, status: number, what: string): void {
  if (answer.status !== status) throw new Error(`${what} answered ${answer.status}, not ${status}\n${answer.text()}`);
}

/** One after the other, and again from the first. */
function ask(requests: readonly string[]): Step {
  return async (connection, turn) => {
    const request = requests[turn % requests.length] ?? "";
    requireStatus(await connection.ask(request), 200, request);
  };
}

/** Another user each time in no order; never the first, who sends the requests. */
const someoneAt = (turn: number, { users }: Facts): number => 2 + ((turn * 7_919) % (users - 1));

const profileOf = (id: number): string => `/admin/managers/${id}`;

function profiles({ cookie }: Server, facts: Facts): Step {
  return async (connection, turn) => {
    const path = profileOf(someoneAt(turn, facts));
    requireStatus(await connection.ask(get(path, { Cookie: cookie })), 200, path);
  };
}

const lastNames = ["Lovelace", "García Márquez", "Οικονόμου", "王", "Nguyễn", "Кузнецова", "الخطيب", "Þórsdóttir"];

/** Always a real change: the next name after the one in the form. */
function save({ cookie }: Server, facts: Facts): Step {
  return async (connection, turn) => {
    const profile = profileOf(someoneAt(turn, facts));
    const path = `${profile}/personal-information`;
    const page = await connection.ask(get(path, { Cookie: cookie }));
    requireStatus(page, 200, path);
    const fields = formFields(page.text());
    const next = lastNames.indexOf(fields.lastName ?? "") + 1;
    const changed = { ...fields, lastName: lastNames[next % lastNames.length] ?? "" };
    const saved = await connection.ask(post(path, { Cookie: cookie }, changed));
    requireStatus(saved, 303, `POST ${path}`);
    const shown = await connection.ask(get(profile, { Cookie: `${cookie}; ${cookiesOf(saved)}` }));
    requireStatus(shown, 200, profile);
  };
}

/** Eight people, each in a new browser. */
function logInAs({ emails }: Facts): Step {
  return async (connection, turn) => {
    await logIn(connection, emails[turn % emails.length] ?? "");
  };
}
