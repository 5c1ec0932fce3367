import { randomBytes } from "node:crypto";
import bcrypt from "bcrypt";
import type BetterSqlite3 from "better-sqlite3";
import { now, type Queries, sha256, type User, userColumns } from "./bare-queries.ts";

// What a log-in reads and writes: the visitor's session, the counts of tries, the hash, a new session, history.

const random = (): string => randomBytes(32).toString("base64url");
/** As long as csurf's. */
const newToken = (): string => randomBytes(27).toString("base64url");
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

type Tried = {
  visitor: string;
  token: string | null;
  email: string;
  password: string | null;
  browser: string;
};

export function logInWrites(db: BetterSqlite3.Database, queries: Queries) {
  const insertSession = db.prepare(
    `insert into sessions (id_hash, user_id, data, created_at, last_seen_at, browser, address, proven_at)
     values (?, ?, ?, ?, ?, ?, '127.0.0.1', ?)`,
  );
  const deleteSession = db.prepare("delete from sessions where id_hash = ?");
  const findUser = db.prepare<[string], User>(
    `select ${userColumns}, password_hash passwordHash from users where email = ?`,
  );
  const countTry = db.prepare(
    `insert into throttles (key, count, resets_at) values (?, 1, ?) on conflict (key) do update set count = count + 1`,
  );
  const forgetTries = db.prepare("delete from throttles where key = ?");
  const giveBackTry = db.prepare("update throttles set count = count - 1 where key = ? and count > 0");
  const updateLastLogin = db.prepare("update users set last_login_at = ? where id = ?");
  const rememberBrowser = db.prepare(
    "insert into known_browsers (user_id, token_hash, last_login_at) values (?, ?, ?) on conflict do nothing",
  );
  const forgetBrowsers = db.prepare(
    `delete from known_browsers where id in
     (select id from known_browsers where user_id = ? order by last_login_at desc, id desc limit -1 offset 10)`,
  );

  function insert(userId: number | null, browser: string): { id: string; token: string } {
    const [id, token, at] = [random(), newToken(), now()];
    insertSession.run(sha256(id), userId, JSON.stringify({ token }), at, at, browser, userId && at);
    return { id, token };
  }

  const complete = db.transaction((user: User, browser: string) => {
    updateLastLogin.run(now(), user.id);
    rememberBrowser.run(user.id, sha256(random()), now());
    forgetBrowsers.run(user.id);
    queries.record(user, user.id, "user.logged-in", {}, browser);
  }).immediate;

  return {
    visitor: () => insert(null, ""),
    /** The new session's id; undefined where anything is wrong. */
    check: async ({ visitor, token, email, password, browser }: Tried): Promise<string | undefined> => {
      const session = queries.session(visitor);
      if (!session || JSON.parse(session.data).token !== token || password === null) return undefined;
      const account = `login:${sha256(email)}`;
      const network = "network:127.0.0.1";
      for (const key of [network, account]) countTry.run(key, inAnHour());
      const user = findUser.get(email);
      if (!user || !(await bcrypt.compare(password, user.passwordHash)) || user.status !== "active") return undefined;
      forgetTries.run(account);
      giveBackTry.run(network);
      deleteSession.run(sha256(visitor));
      const { id } = insert(user.id, browser);
      complete(user, browser);
      return id;
    },
  };
}
