import type { Roster } from "./roster.ts";
import type { Visitor } from "./visitor.ts";

type In = Pick<Roster, "db">;

/** The user's row in the database. */
export const storedUser = ({ db }: In, { id }: { id: number }) => db("users").where({ id }).first();

/** The user's history, oldest first: what, who did it, what changed. */
export async function historyOf({ db }: In, { id }: { id: number }, action?: string) {
  const rows = await db("activity")
    .where({ subject_id: id, ...(action && { action }) })
    .orderBy("id");
  return rows.map((row) => ({ action: row.action, by: row.actor_id, changes: JSON.parse(row.changes) }));
}

/**
 * The users and how many rows each table has that a page could write. Equal before and after means nothing was written.
 */
export async function everything({ db }: In): Promise<unknown> {
  const users = await db("users").orderBy("id").select();
  const others = ["activity", "api_keys", "photos", "one_time_links", "organizations", "deliveries"];
  return [users, ...(await Promise.all(others.map((table) => db(table).count({ count: "*" }))))];
}

/** The distinct statuses for another organization's user, an unknown ID and invalid ones, for GET and for POST. */
export async function statusesForOthers(
  { people }: Pick<Roster, "people">,
  visitor: Visitor,
  page: (id: number | string) => string,
  fields: Record<string, string> = {},
): Promise<number[]> {
  const _csrf = await visitor.token("/admin/organization");
  const answers: number[] = [];
  for (const id of [people.eve.id, 999_999, "0", "1.0", "1e1", "%00", `${people.ada.id}x`, "9".repeat(20)]) {
    answers.push((await visitor.get(page(id))).status);
    answers.push((await visitor.post(page(id), { ...fields, _csrf })).status);
  }
  return [...new Set(answers)];
}

/** Removes history, which its triggers normally forbid. */
export async function forgetHistory({ db }: In): Promise<void> {
  await db.transaction(async (trx) => {
    await trx("activity_retention").update({ delete_before: "9999" });
    await trx("activity").del();
    await trx("activity_retention").update({ delete_before: "" });
  });
}
