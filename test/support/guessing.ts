import { timestamp } from "../../src/platform/time.ts";
import { password } from "./people.ts";
import type { Roster } from "./roster.ts";
import { type Visitor, visit } from "./visitor.ts";

// Tries to log in, and the time between them.

export const wrong = "not-the-password";

/** The status of one try, from a new browser by default. */
export async function tryLogIn(on: Pick<Roster, "url">, email: string, typed = wrong, visitor = visit(on)) {
  const answer = await visitor.submit("/login", { email, password: typed });
  return answer.status;
}

/** The statuses of this many tries, one after the other. */
export async function triesFor(
  on: Pick<Roster, "url">,
  email: string,
  count: number,
  visitor: Visitor = visit(on),
): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push(await tryLogIn(on, email, wrong, visitor));
  return statuses;
}

/** A browser that has logged in to the account and out again. */
export async function knownVisitor(on: Pick<Roster, "url">, { email }: { email: string }): Promise<Visitor> {
  const visitor = visit(on);
  const status = await tryLogIn(on, email, password, visitor);
  if (status !== 303) throw new Error(`${email} could not log in: ${status}`);
  await visitor.post("/logout", { _csrf: await visitor.token("/login") });
  return visitor;
}

/** Lets this much time pass for all counts. */
export async function passTime({ db }: Pick<Roster, "db">, milliseconds: number): Promise<void> {
  const earlier = (time: string): string => time && timestamp(new Date(Date.parse(time) - milliseconds));
  for (const row of await db("throttles")) {
    const times = { locked_until: earlier(row.locked_until), resets_at: earlier(row.resets_at) };
    await db("throttles").where({ key: row.key }).update(times);
  }
}
