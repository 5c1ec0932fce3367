import { connect, get } from "./client.ts";
import type { Options } from "./options.ts";
import type { Server } from "./servers.ts";

// Everything that people may type: every letter and pair of letters, other scripts, words that many users share.

const latin = [..."abcdefghijklmnopqrstuvwxyz"];
const otherCharacters = [..."0123456789.@-_'\"%éñüłøα王李明许ав上한ב"];
const longer =
  "example exam .com @example.com a@e mar ann son ova ski garcia smith maria anna 王明 明許 岡本 αικ ова нов qqq zzz xqz".split(
    " ",
  );
const pairs = [
  ...["a e", "an ma", "ann son", "example com", "a b c d e f g h i j", "ova ski", "mar garc example", "zz qq", "王 明"],
  ...["ann @example.com", "smith, john", "maria maria maria", "e x a m p l e", `${"an".repeat(100)}`, "-- ' \" %"],
];

const terms: readonly string[] = [
  ...latin,
  ...otherCharacters,
  ...latin.flatMap((one) => latin.map((other) => one + other)),
  ...longer,
  ...pairs,
];

const orders = ["name", "email", "role", "status", "lastLogin"].flatMap((key) => [key, `-${key}`]);
const filters = ["", "admin", "manager", "member"].flatMap((role) =>
  ["", "active", "inactive"].map((status) => ({ role, status })),
);

/** Each sorted by name, and once more in another order with another filter. */
const asked: readonly Record<string, string>[] = [
  ...terms.map((search) => ({ search })),
  ...terms.map((search, at) => ({ search, sort: orders[at % 10] ?? "", ...filters[Math.floor(at / 10) % 12] })),
];

const tries = 5;
/** Quicker searches are not repeated. */
const quick = 10;
/** So slow that repeating would not make it quick. */
const hopeless = 200;
const shown = 5;

type Goal = { p99?: number; longest: number };

/** Milliseconds for the complete page on an idle machine. */
const goals: Record<Options["database"], Record<number, Goal>> = {
  sqlite: { 100000: { longest: 30 }, 1000000: { p99: 40, longest: 300 } },
  postgres: { 100000: { longest: 150 }, 1000000: { p99: 300, longest: 1_500 } },
};

/** Searches for each of them with no other load. Of up to five times the shortest counts. @returns what to print */
export async function slowestSearches(
  { port, cookie }: Server,
  { users, database }: { users: number; database: Options["database"] },
): Promise<string> {
  const connection = await connect(port);
  const times: { query: string; ms: number }[] = [];
  for (const state of asked) {
    const query = new URLSearchParams(state).toString();
    const request = get(`/admin/managers?${query}`, { Cookie: cookie });
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < tries && ms > quick; i++) {
      if (i > 0 && ms > hopeless) break;
      const began = performance.now();
      const { status } = await connection.ask(request);
      if (status !== 200) throw new Error(`the search ${query} answered ${status}`);
      ms = Math.min(ms, performance.now() - began);
    }
    times.push({ query, ms });
  }
  connection.close();
  times.sort((one, other) => other.ms - one.ms);
  const at = (share: number): number => times[Math.floor(times.length * share)]?.ms ?? 0;
  const slowest = times.slice(0, shown).map(({ query, ms }) => `${query.slice(0, 60)} ${ms.toFixed(1)} ms`);
  const goal = goals[database][users];
  const isMet = goal && at(0) <= goal.longest && at(0.01) <= (goal.p99 ?? goal.longest);
  const verdict = goal ? `; goal ${isMet ? "met" : "MISSED"}: ${JSON.stringify(goal)}` : "";
  return `${times.length} searches, one at a time, whole page: median ${at(0.5).toFixed(1)} ms, p99 ${at(0.01).toFixed(1)} ms${verdict}; slowest
  ${slowest.join("\n  ")}`;
}
