import { connect, get } from "./client.ts";
import type { Server } from "./servers.ts";

// Whatever is typed, asked alone: every letter and pair of letters, other scripts, words that many have in common.

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

const tries = 5;
const limit = 20;
/** So slow that another try would not make it quick. */
const hopeless = 200;
const shown = 5;

/** Asks for each of them with nothing else going on; of five times at most the shortest counts. @returns what to print */
export async function slowestSearches({ port, cookie }: Server): Promise<string> {
  const connection = await connect(port);
  const times: { term: string; ms: number }[] = [];
  for (const term of terms) {
    const request = get(`/admin/managers?${new URLSearchParams({ search: term })}`, { Cookie: cookie });
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < tries && ms > limit / 2; i++) {
      if (i > 0 && ms > hopeless) break;
      const began = performance.now();
      const { status } = await connection.ask(request);
      if (status !== 200) throw new Error(`the search for ${JSON.stringify(term)} answered ${status}`);
      ms = Math.min(ms, performance.now() - began);
    }
    times.push({ term, ms });
  }
  connection.close();
  times.sort((one, other) => other.ms - one.ms);
  const slowest = times
    .slice(0, shown)
    .map(({ term, ms }) => `${JSON.stringify(term.slice(0, 20))} ${ms.toFixed(1)} ms`);
  const slow = times.filter(({ ms }) => ms > limit).length;
  return `${times.length} searches, one at a time, whole page: ${slow} over ${limit} ms; slowest ${slowest.join(", ")}`;
}
