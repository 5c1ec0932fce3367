import { createHash } from "node:crypto";
import BetterSqlite3 from "better-sqlite3";
import { type UserFields, userFieldNames, userFields } from "../../src/users/fields.ts";
import { nameKey, searchText } from "../../src/users/search-text.ts";

// What Roster reads and writes for the measured pages, each as one prepared statement. `+?` keeps SQLite from planning
// again for every value, which takes longer than the read itself.

export type User = UserFields & {
  id: number;
  organizationId: number;
  photoHash: string | null;
  version: number;
  nameKey: string;
  createdAt: string;
  lastLoginAt: string;
  passwordHash: string;
};

type Organization = { id: number; name: string; plan: string; rule: string; factors: number };
type Session = { userId: number | null; data: string; createdAt: string; lastSeenAt: string };
type Key = {
  id: number;
  userId: number;
  name: string;
  start: string;
  scope: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  lastUsedAddress: string | null;
};
export type HistoryRow = {
  at: string;
  action: string;
  changes: string;
  actorId: number | null;
  actorFirst: string;
  actorLast: string;
  subjectId: number;
  address: string | null;
  browser: string | null;
};
export type Queries = ReturnType<typeof prepareQueries>;
export type Profile = ReturnType<Queries["profile"]>;

const fieldColumns = userFieldNames.map((name) => `${userFields[name].column} ${name}`);
export const userColumns = `id, organization_id organizationId, ${fieldColumns}, must_change_password mustChangePassword, photo_hash photoHash, version, name_key nameKey, created_at createdAt,
  last_login_at lastLoginAt`;
const keyColumns = `id, user_id userId, name, start, scope, created_at createdAt, expires_at expiresAt,
  last_used_at lastUsedAt, last_used_address lastUsedAddress`;

export const now = (): string => new Date().toISOString();
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The connection with Roster's own settings. */
export function openFile(file: string): BetterSqlite3.Database {
  const db = new BetterSqlite3(file);
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"]) db.pragma(pragma);
  return db;
}

export function prepareQueries(db: BetterSqlite3.Database) {
  const session = db.prepare<[string], Session>(
    "select user_id userId, data, created_at createdAt, last_seen_at lastSeenAt from sessions where id_hash = ?",
  );
  const activeUser = db.prepare<[number], User>(`select ${userColumns} from users where id = ? and status = 'active'`);
  const organization = db.prepare<[number, number], Organization>(
    `select id, name, plan, second_factor_rule rule, (select count(*) from second_factors where user_id = ?) factors
     from organizations where id = ?`,
  );
  const user = db.prepare<[number, number], User>(
    `select ${userColumns} from users where organization_id = ? and id = ?`,
  );
  const history = db.prepare<[number, number, number], HistoryRow>(
    `select a.id, a.at, a.action, a.actor_kind actorKind, a.changes, a.command, a.group_id groupId, a.address, a.browser, actor.id actorId,
       actor.first_name actorFirst, actor.last_name actorLast, key.id keyId, key.name keyName, subject.id subjectId,
       subject.first_name subjectFirst, subject.last_name subjectLast
     from activity a left join users actor on actor.id = a.actor_id left join api_keys key on key.id = a.key_id
     left join users subject on subject.id = a.subject_id
     where a.organization_id = +? and a.subject_id = +? order by a.id desc limit ?`,
  );
  const keys = db.prepare<[number], Key>(`select ${keyColumns} from api_keys where user_id = +? order by id desc`);
  const key = db.prepare<[string, string], Key>(
    `select ${keyColumns} from api_keys where key_hash = ? and revoked_at is null
     and (expires_at is null or expires_at > ?)`,
  );
  const useKey = db.prepare("update api_keys set last_used_at = ?, last_used_address = '127.0.0.1' where id = ?");
  const knownBrowsers = db.prepare<[number], number>("select id from known_browsers where user_id = ?").pluck();
  const hold = db.prepare<[string, string], { until: string | null }>(
    "select max(locked_until) until from throttles where key = ? and count >= 5 and resets_at > ?",
  );
  const mailProblem = db.prepare<[number, string, number, string], object>(
    `select id, subject, next_try_at, failed_at, failure from deliveries
     where user_id = +? and address = +? and sent_at is null and (tries > 0 or failed_at is not null)
       and id > coalesce((select max(id) from deliveries where user_id = +? and address = +? and sent_at is not null), 0)
     order by id desc limit 1`,
  );
  const sessions = db.prepare<
    [number, string, string],
    { name: string; address: string; createdAt: string; lastSeenAt: string }
  >(
    `select substr(id_hash, 1, 16) name, browser, address, created_at createdAt, last_seen_at lastSeenAt from sessions
     where user_id = +? and last_seen_at > +? and created_at > +? order by last_seen_at desc, id_hash limit 50`,
  );
  const factor = db.prepare<[number, number], object>(
    `select encrypted_secret, set_up_at, (select count(*) from recovery_codes where user_id = ?) codes
     from second_factors where user_id = ?`,
  );
  const updatePerson = db.prepare(
    `update users set first_name = ?, last_name = ?, email = ?, search_text = ?, name_key = ?, version = version + 1
     where organization_id = ? and id = ?`,
  );
  const version = db.prepare<[number], number>("select version from users where id = ?").pluck();
  const insertActivity = db.prepare(
    `insert into activity (at, organization_id, actor_kind, actor_id, subject_id, subject_version, action, changes,
       address, browser) values (?, ?, 'user', ?, ?, ?, ?, ?, '127.0.0.1', ?)`,
  );

  function record(admin: User, subjectId: number, action: string, changes: object, browser: string): void {
    const { id, organizationId } = admin;
    const text = JSON.stringify(changes);
    insertActivity.run(now(), organizationId, id, subjectId, version.get(subjectId), action, text, browser);
  }

  return {
    session: (id: string) => session.get(sha256(id)),
    activeUser: (id: number) => activeUser.get(id),
    organization: (of: User) => organization.get(of.id, of.organizationId),
    user: (organizationId: number, id: number) => user.get(organizationId, id),
    /** Everything that the User profile shows. */
    profile: (of: User) => {
      const account = `login:${sha256(of.email)}`;
      return {
        history: history.all(of.organizationId, of.id, 11),
        keys: keys.all(of.id),
        holds: [account, ...knownBrowsers.all(of.id).map((id) => `known:${id}`)].map((name) => hold.get(name, now())),
        sessions: sessions.all(of.id, hoursAgo(2), hoursAgo(24)),
        factor: factor.get(of.id, of.id),
        mailProblem: mailProblem.get(of.id, of.email, of.id, of.email),
      };
    },
    /** An active key; records the use, at most once a minute. */
    key: (text: string) => {
      const found = key.get(sha256(text), now());
      if (found && (found.lastUsedAt ?? "") < new Date(Date.now() - 60_000).toISOString()) useKey.run(now(), found.id);
      return found;
    },
    record,
    /** The change and its history in one transaction. */
    savePerson: db.transaction(
      (admin: User, id: number, person: { firstName: string; lastName: string; email: string }, browser: string) => {
        const before = user.get(admin.organizationId, id);
        if (!before) return;
        const names = (["firstName", "lastName", "email"] as const).filter((name) => before[name] !== person[name]);
        if (names.length === 0) return;
        const { firstName, lastName, email } = person;
        const texts = [searchText(person), nameKey(person)];
        updatePerson.run(firstName, lastName, email, ...texts, admin.organizationId, id);
        const changes = names.map((name) => [name, { before: before[name], after: person[name] }]);
        record(admin, id, "personal-information.updated", Object.fromEntries(changes), browser);
      },
    ).immediate,
  };
}
