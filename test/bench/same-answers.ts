import type { Fillers } from "./bare-pages.ts";
import { type Answer, connect, get } from "./client.ts";
import { median } from "./load.ts";
import { admin, benchKey } from "./people.ts";
import type { Server } from "./servers.ts";

/**
 * How much the lengths of two bodies may differ: the servers have different tokens and phrase "3 days ago" differently.
 */
const tolerance = 0.02;

/**
 * Sends the same requests to both servers, so that the bare server does the same work: the same status and length of
 * body, and in a list the same users in the same order.
 * @throws Error with the first addresses that differ
 */
export async function requireSameAnswers(roster: Server, bare: Server, addresses: readonly string[]): Promise<void> {
  const differences = await differentAnswers(roster, bare, addresses);
  if (differences.length > 0) {
    throw new Error(
      `The bare server no longer does what Roster does; mend test/bench/bare-*.ts (${differences.length} answers differ):\n${differences.slice(0, 5).join("\n")}`,
    );
  }
}

/** @returns each address that gets different responses, with both */
export async function differentAnswers(one: Server, other: Server, addresses: readonly string[]): Promise<string[]> {
  const pages = [...addresses.filter((_, index) => index % 4 === 0), ...profiles];
  const differences: string[] = [];
  for (const path of [...pages, "/api/v1/me"]) {
    const [mine, theirs] = [await askFor(path, one), await askFor(path, other)];
    const isSame =
      mine.status === theirs.status &&
      Math.abs(theirs.size - mine.size) <= mine.size * tolerance &&
      usersIn(mine).join() === usersIn(theirs).join();
    if (!isSame) differences.push(`${path}\n  the one   ${describe(mine)}\n  the other ${describe(theirs)}`);
  }
  return differences;
}

/** How long the bare server's constant texts must be, from pages of both. The bare server has none so far. */
export async function measureFillers(roster: Server, bare: Server): Promise<Fillers> {
  const lack = async (path: string): Promise<{ bytes: number; rows: number }> => {
    const [one, other] = [await askFor(path, roster), await askFor(path, bare)];
    return { bytes: one.size - other.size, rows: usersIn(one).length };
  };
  const lacking = async (path: string): Promise<number> => (await lack(path)).bytes;
  const list = "/admin/managers";
  // Other users have an email that ends in hers, and another name.
  const ada = new URLSearchParams({ search: `${admin.firstName} ${admin.lastName} ${admin.email}` });
  const [few, many] = [await lack(`${list}?${ada}`), await lack(list)];
  if (few.rows >= many.rows) throw new Error("two pages with the same number of rows do not show a row's length");
  const row = Math.round((many.bytes - few.bytes) / (many.rows - few.rows));
  const page = few.bytes - row * few.rows;
  return {
    list: page,
    row,
    nobody: await lacking(`${list}?search=qqqqq`),
    profile: median(await Promise.all(someone.map((id) => lacking(`${list}/${id}`)))),
    form: median(await Promise.all(someone.map((id) => lacking(`${list}/${id}/personal-information`)))),
    logIn: await lacking("/login"),
  };
}

const someone = [2, 14, 25, 70, 139];
const profiles = someone.flatMap((id) => [`/admin/managers/${id}`, `/admin/managers/${id}/personal-information`]);

async function askFor(path: string, { port, cookie }: Server): Promise<Answer> {
  const connection = await connect(port);
  const answer = await connection.ask(get(path, { Cookie: cookie, "X-API-Key": benchKey }));
  connection.close();
  return answer;
}

const usersIn = (answer: Answer): string[] =>
  [...answer.text().matchAll(/ id="p\d+" href="\/admin\/managers\/(\d+)/g)].map(([, id = ""]) => id);

const describe = (answer: Answer): string =>
  `${answer.status}, ${answer.size} bytes, users ${usersIn(answer).join(" ") || "none"}`;
