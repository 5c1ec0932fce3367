import type { Roster } from "./roster.ts";
import type { Visitor } from "./visitor.ts";

type In = Pick<Roster, "db">;

/** The user's row as it is kept. */
export const storedUser = ({ db }: In, { id }: { id: number }) => db("users").where({ id }).first();

/** What history tells of the user, oldest first: what, who did it, what changed. */
export async function historyOf({ db }: In, { id }: { id: number }, action?: string) {
  const rows = await db("activity")
    .where({ subject_id: id, ...(action && { action }) })
    .orderBy("id");
  return rows.map((row) => ({ action: row.action, by: row.actor_id, changes: JSON.parse(row.changes) }));
}

/** How many rows each table holds that a page could write to; equal before and after means that nothing was written. */
export async function everything({ db }: In): Promise<unknown> {
  const users = await db("users").orderBy("id").select();
  const others = ["activity", "api_keys", "photos", "one_time_links", "organizations", "mails"];
  return [users, ...(await Promise.all(others.map((table) => db(table).count({ count: "*" }))))];
}

/** The statuses for another organization's user, nobody, and what is no id: for looking, and for sending the fields. */
export async function strangersAnswers(
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

/** Past the triggers that keep history as it is. */
export async function forgetHistory({ db }: In): Promise<void> {
  await db.transaction(async (trx) => {
    await trx("activity_retention").update({ keep_from: "9999" });
    await trx("activity").del();
    await trx("activity_retention").update({ keep_from: "" });
  });
}
