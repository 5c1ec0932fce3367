import { randomBytes } from "node:crypto";
import bcrypt from "bcrypt";
import type BetterSqlite3 from "better-sqlite3";
import { now, type Queries, sha256, type User, userColumns } from "./bare-queries.ts";

// What a log-in reads and writes: the counts of tries, the hash, a session, history. A visitor has only a cookie.

const random = (): string => randomBytes(32).toString("base64url");
/** As long as the token of csurf. */
const newToken = (): string => randomBytes(27).toString("base64url");
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

type AttemptResult = {
  /** The token in the form and in the browser's cookie. */
  tokens: [string | null, string | undefined];
  email: string;
  password: string | null;
  browser: string;
};

export function logInWrites(db: BetterSqlite3.Database, queries: Queries) {
  const insertSession = db.prepare(
    `insert into sessions (id_hash, user_id, data, created_at, last_seen_at, browser, address, password_confirmed_at)
     values (?, ?, ?, ?, ?, ?, '127.0.0.1', ?)`,
  );
  const findUser = db.prepare<[string], User>(
    `select ${userColumns}, password_hash passwordHash from users where email = ?`,
  );
  const countAttempt = db.prepare(
    `insert into throttles (key, count, resets_at) values (?, 1, ?) on conflict (key) do update set count = count + 1`,
  );
  const resetAttempts = db.prepare("delete from throttles where key = ?");
  const uncountAttempt = db.prepare("update throttles set count = count - 1 where key = ? and count > 0");
  const updateLastLogin = db.prepare("update users set last_login_at = ? where id = ?");
  const rememberBrowser = db.prepare(
    "insert into known_browsers (user_id, token_hash, last_login_at) values (?, ?, ?) on conflict do nothing",
  );
  const forgetBrowsers = db.prepare(
    `delete from known_browsers where id in
     (select id from known_browsers where user_id = ? order by last_login_at desc, id desc limit -1 offset 10)`,
  );

  function insert(userId: number, browser: string): string {
    const [id, at] = [random(), now()];
    insertSession.run(sha256(id), userId, JSON.stringify({ token: newToken() }), at, at, browser, at);
    return id;
  }

  /** Does not wait for the disk, as in Roster: the log-in's own write waits for it. */
  function write<T>(work: () => T): T {
    db.exec("pragma synchronous = NORMAL");
    const result = work();
    db.exec("pragma synchronous = FULL");
    return result;
  }

  const complete = db.transaction((user: User, browser: string) => {
    updateLastLogin.run(now(), user.id);
    rememberBrowser.run(user.id, sha256(random()), now());
    forgetBrowsers.run(user.id);
    queries.record(user, user.id, "user.logged-in", {}, browser);
  }).immediate;

  return {
    newToken,
    /** @returns the new session's id; undefined if anything is wrong */
    check: async ({ tokens: [token, own], email, password, browser }: AttemptResult): Promise<string | undefined> => {
      if (!token || token !== own || password === null) return undefined;
      const account = `login:${sha256(email)}`;
      const network = "network:127.0.0.1";
      for (const key of [network, account]) write(() => countAttempt.run(key, inAnHour()));
      const user = findUser.get(email);
      if (!user || !(await bcrypt.compare(password, user.passwordHash)) || user.status !== "active") return undefined;
      write(() => resetAttempts.run(account));
      write(() => uncountAttempt.run(network));
      const id = write(() => insert(user.id, browser));
      complete(user, browser);
      return id;
    },
  };
}
