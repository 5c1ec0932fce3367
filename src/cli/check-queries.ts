import { type Database, isPostgres } from "../database/database.ts";

// The queries of `check`. Each finds rows that should not exist.

export async function listEncryptedSecrets(db: Database): Promise<{ userId: number; encryptedSecret: string }[]> {
  return db("second_factors").select({ userId: "user_id", encryptedSecret: "encrypted_secret" });
}

type Inconsistency = { name: string; sql: string };

/** Nothing of an erased user is in these. */
const personalTables = [
  "photos",
  "sessions",
  "one_time_links",
  "known_browsers",
  "second_factors",
  "recovery_codes",
  "imports",
  "oidc_records",
];

const namingFields = ["firstName", "lastName", "email", "confirmedEmail"];
/** Whether a history row still has a value of the field. */
const isNamed = (field: string): string =>
  `replace(a.changes, '"${field}":{"before":null,"after":null}', '') like '%"${field}"%'`;

/** Each selects the `id` of a faulty row. */
const inconsistencies: Inconsistency[] = [
  {
    name: "organization %: it has no active Admin",
    sql: `select o.id from organizations as o where exists (select 1 from users where organization_id = o.id and role = 'admin')
      and not exists (select 1 from users where organization_id = o.id and role = 'admin' and status = 'active'
        and invited_until is null)`,
  },
  {
    name: "user %: inactive, but has a session",
    sql: "select distinct u.id from users as u join sessions as s on s.user_id = u.id where u.status = 'inactive'",
  },
  {
    name: "user %: invited, but has a session or an API key",
    sql: `select u.id from users as u where u.invited_until is not null
      and (exists (select 1 from sessions where user_id = u.id) or exists (select 1 from api_keys where user_id = u.id))`,
  },
  {
    name: "user %: not invited or inactive, but has an invitation link",
    sql: `select distinct u.id from users as u join one_time_links as l on l.user_id = u.id
      where l.purpose = 'invitation' and (u.invited_until is null or u.status = 'inactive')`,
  },
  {
    name: "user %: the photo is missing or is a different one",
    sql: `select u.id from users as u left join photos as p on p.user_id = u.id
      where coalesce(u.photo_hash, '') <> coalesce(p.hash, '')`,
  },
  {
    name: "user %: the last confirmed email is the current one, or another user's",
    sql: "select u.id from users as u join users as o on o.email = u.confirmed_email",
  },
  {
    name: "user %: history has a later version",
    sql: "select u.id from users as u where u.version < (select max(subject_version) from activity where subject_id = u.id)",
  },
  {
    name: "user %: recovery codes without a second factor",
    sql: `select distinct c.user_id as id from recovery_codes as c
      where not exists (select 1 from second_factors as f where f.user_id = c.user_id)`,
  },
  {
    name: "API key %: in another organization than its owner",
    sql: "select k.id from api_keys as k join users as u on u.id = k.user_id where u.organization_id <> k.organization_id",
  },
  {
    name: "API key %: created by a user of another organization",
    sql: `select k.id from api_keys as k join users as u on u.id = k.user_id join users as c on c.id = k.created_by
      where u.organization_id <> c.organization_id`,
  },
  {
    name: "API key %: replaced by another user's key",
    sql: "select k.id from api_keys as k join api_keys as r on r.id = k.replaced_by where r.user_id <> k.user_id",
  },
  {
    name: "history row %: the kind of actor and the user ID do not match",
    sql: "select id from activity where (actor_kind = 'user') <> (actor_id is not null)",
  },
  {
    name: "history row %: about a user of another organization",
    sql: `select a.id from activity as a join users as u on u.id = a.subject_id or u.id = a.actor_id
      where u.organization_id <> a.organization_id`,
  },
  {
    name: "history row %: the API key is not the actor's",
    sql: "select a.id from activity as a join api_keys as k on k.id = a.key_id where k.user_id <> a.actor_id",
  },
  {
    name: "group action %: by or about a user of another organization",
    sql: `select g.id from group_actions as g join users as u on u.id = g.user_id
      where u.organization_id <> g.organization_id
      union select g.id from group_actions as g join group_action_lines as l on l.group_action_id = g.id
        join users as u on u.id = l.user_id where u.organization_id <> g.organization_id`,
  },
  {
    name: "history: its rows can be deleted or changed (activity_retention is set)",
    sql: "select id from activity_retention where delete_before <> '' or erased_user_id is not null",
  },
  {
    name: "user %: erased, but the name, email or photo is still there",
    sql: `select id from users where erased_at is not null and (first_name <> 'Former' or last_name <> 'user ' || id
      or email <> 'user-' || id || '@erased.invalid' or confirmed_email is not null or photo_hash is not null
      or language is not null)`,
  },
  {
    name: "user %: erased, but has a photo, a live key, a log-in, a link, a second factor or an email",
    sql: `select u.id from users as u where u.erased_at is not null and (
      exists (select 1 from api_keys where user_id = u.id and (revoked_at is null or key_hash <> 'erased ' || id))
      or exists (select 1 from deliveries where user_id = u.id and kind = 'mail')
      or ${personalTables.map((table) => `exists (select 1 from ${table} where user_id = u.id)`).join(" or ")})`,
  },
  {
    name: "history row %: has the network address or browser of an erased user",
    sql: `select a.id from users as u join activity as a on a.actor_id = u.id and a.organization_id = u.organization_id
      where u.erased_at is not null and (a.address is not null or a.browser is not null)`,
  },
  {
    name: "history row %: has the name or email of an erased user",
    sql: `select a.id from users as u join activity as a on a.subject_id = u.id
      where u.erased_at is not null and (${namingFields.map(isNamed).join(" or ")})`,
  },
];

/** How many problems of one kind to print. */
const maxReported = 20;

/** Rows that contradict others, one line each. */
export async function listInconsistencies(db: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, sql } of inconsistencies) {
    const answer = await db.raw(`${sql} limit ${maxReported}`);
    const rows: { id: number }[] = isPostgres(db) ? answer.rows : answer;
    lines.push(...rows.map(({ id }) => name.replace("%", String(id))));
  }
  return lines;
}

export async function listOrganizationKeys(db: Database): Promise<{ id: number; name: string; nameKey: string }[]> {
  return db("organizations").select({ id: "id", name: "name", nameKey: "name_key" });
}

/** How much was checked. */
export async function countChecked(db: Database): Promise<{ organizations: number; users: number; activity: number }> {
  const count = async (table: string): Promise<number> => Number((await db(table).count({ n: "*" }).first())?.n ?? 0);
  const [organizations, users] = [await count("organizations"), await count("users")];
  return { organizations, users, activity: await count("activity") };
}
