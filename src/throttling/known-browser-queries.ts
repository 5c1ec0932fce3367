import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp } from "../platform/time.ts";

/** Per user, the most recent log-ins. */
const maxPerUser = 10;

const knownBrowser = prepared<{ hash: string; email: string }, { id: number }>((db, $) =>
  db("known_browsers as browser")
    .join("users as user", "user.id", "browser.user_id")
    .where({ "browser.token_hash": $.hash, "user.email": $.email })
    .select("browser.id"),
);

/** The row's ID if the browser with this token has logged in to the account with this address before. */
export async function findKnownBrowser(db: Database, token: string, email: string): Promise<number | undefined> {
  return (await knownBrowser.first(db, { hash: hashToken(token), email }))?.id;
}

const exchangeToken = prepared<{ before: string; hash: string }>((db, $) =>
  db("known_browsers").where({ token_hash: $.before }).update({ token_hash: $.hash }),
);
const insertKnown = prepared<{ userId: number; hash: string; now: string }>((db, $) =>
  db("known_browsers")
    .insert({ user_id: $.userId, token_hash: $.hash, last_login_at: $.now })
    .onConflict(["token_hash", "user_id"])
    .merge(["last_login_at"]),
);
const deleteOldest = prepared<{ userId: number }>((db, $) => {
  const newest = db("known_browsers")
    .where({ user_id: $.userId })
    .orderBy([
      { column: "last_login_at", order: "desc" },
      { column: "id", order: "desc" },
    ])
    .limit(maxPerUser);
  return db("known_browsers").where({ user_id: $.userId }).whereNotIn("id", newest.select("id")).del();
});

/** Each log-in gives the browser a new token, and it stays known to the other accounts that were used in it. */
export async function upsertKnownBrowser(
  trx: Knex.Transaction,
  { userId, token, before }: { userId: number; token: string; before: string | undefined },
): Promise<void> {
  const hash = hashToken(token);
  if (before) await exchangeToken.run(trx, { before: hashToken(before), hash });
  await insertKnown.run(trx, { userId, hash, now: timestamp() });
  await deleteOldest.run(trx, { userId });
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
