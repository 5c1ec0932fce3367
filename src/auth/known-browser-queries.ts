import type { Knex } from "knex";
import type { Database } from "../database.ts";
import { prepared } from "../prepared.ts";
import { hashToken } from "../secrets.ts";
import { stamp } from "../time.ts";

/** Of each user, those that logged in last. */
const mostOfAUser = 10;

/** The row's id where the browser with this token has logged in to the account with this address before. */
export async function findKnownBrowser(db: Database, token: string, email: string): Promise<number | undefined> {
  const row = await db("known_browsers as browser")
    .join("users as user", "user.id", "browser.user_id")
    .where({ "browser.token_hash": hashToken(token), "user.email": email })
    .first("browser.id");
  return row?.id;
}

/** The browser gets a new token at each log-in, and stays known to the other accounts that were used in it. */
export async function keepKnownBrowser(
  trx: Knex.Transaction,
  { userId, token, before }: { userId: number; token: string; before: string | undefined },
): Promise<void> {
  const token_hash = hashToken(token);
  if (before)
    await trx("known_browsers")
      .where({ token_hash: hashToken(before) })
      .update({ token_hash });
  await trx("known_browsers")
    .insert({ user_id: userId, token_hash, last_login_at: stamp() })
    .onConflict(["token_hash", "user_id"])
    .merge(["last_login_at"]);
  const ids: number[] = await trx("known_browsers")
    .where({ user_id: userId })
    .orderBy([
      { column: "last_login_at", order: "desc" },
      { column: "id", order: "desc" },
    ])
    .pluck("id");
  await trx("known_browsers").whereIn("id", ids.slice(mostOfAUser)).del();
}

const browsersOfUser = prepared<{ userId: number }, { id: number }>((db, $) =>
  db("known_browsers").where({ user_id: $.userId }).select("id"),
);

export async function listKnownBrowsers(db: Database, userId: number): Promise<number[]> {
  return (await browsersOfUser.all(db, { userId })).map(({ id }) => id);
}

export async function deleteKnownBrowsers(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx("known_browsers").where({ user_id: userId }).del();
}
