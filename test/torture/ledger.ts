import { inSnapshot } from "../../src/cli/move-queries.ts";
import type { Database } from "../../src/database/database.ts";

/** One requested change. */
export type Change = {
  action: "user.created" | "personal-information.updated" | "role.updated" | "status.updated" | "user.erased";
  /** The user's email, which nothing changes here. */
  email: string;
  field: "email" | "firstName" | "role" | "status";
  /** Of the user, once it is known. */
  id?: string;
  value: string;
  /** Whether an answer said that it was done. */
  isAcknowledged: boolean;
};

const columns = { email: "email", firstName: "first_name", role: "role", status: "status" } as const;

type Row = { id: number; action: string; changes: Record<string, { after: string | null }> };

/**
 * Every acknowledged change must have its row of history, and no change two. A user must agree with the last row about
 * each field, so that no change lacks its row.
 * @returns what is lost or too many, a line each
 */
export async function losses(db: Database, changes: readonly Change[]): Promise<string[]> {
  // A copy from now, because changes acknowledged during the read may be newer than what is read.
  const asked = changes.map((change) => ({ ...change }));
  return inSnapshot(db, (trx) => lossesIn(trx, asked));
}

async function lossesIn(db: Database, changes: readonly Change[]): Promise<string[]> {
  const found: string[] = [];
  for (const [email, asked] of Map.groupBy(changes, (change) => change.email)) {
    const user = await db("users").where({ email }).first();
    const erasure = asked.find(({ action }) => action === "user.erased");
    if (erasure) {
      found.push(...(await halfErased(db, erasure)));
      continue;
    }
    const rows: Row[] = user
      ? (await db("activity").where({ subject_id: user.id }).orderBy("id").select("id", "action", "changes")).map(
          (row) => ({ ...row, changes: JSON.parse(row.changes) }),
        )
      : [];
    found.push(...asked.flatMap((change) => lossOf(change, rows)), ...(user ? disagreements(user, rows) : []));
  }
  return found;
}

/** Someone who was being erased is there as before, or gone everywhere. */
async function halfErased(db: Database, { id, email, isAcknowledged }: Change): Promise<string[]> {
  const user = await db("users").where({ id }).first();
  const rows = await db("activity").where({ subject_id: id }).select("action", "changes");
  const named = rows.filter(({ changes }) => changes.includes(email)).length;
  const recorded = rows.filter(({ action }) => action === "user.erased").length;
  const mails = (await db("deliveries").where({ user_id: id })).length;
  const isGone = user.erased_at !== null && user.email !== email && named === 0 && recorded === 1 && mails === 0;
  const isThere = user.erased_at === null && user.email === email && named > 0 && recorded === 0;
  if (isGone || (isThere && !isAcknowledged)) return [];
  return [
    `half or not erased: ${email}, row ${user.erased_at}, ${named} rows with the email, ${recorded} of the erasure`,
  ];
}

function lossOf({ action, email, field, value, isAcknowledged }: Change, rows: Row[]): string[] {
  const times = rows.filter((row) => row.action === action && row.changes[field]?.after === value).length;
  // Roles and statuses repeat; names and emails are new each time.
  const isUnique = field === "email" || field === "firstName";
  if (isAcknowledged && times === 0) return [`lost: ${action} of ${email} to ${value}`];
  return isUnique && times > 1 ? [`done ${times} times: ${action} of ${email} to ${value}`] : [];
}

function disagreements(user: Record<string, unknown>, rows: Row[]): string[] {
  return Object.entries(columns).flatMap(([field, column]) => {
    const last = rows.filter((row) => row.changes[field]).at(-1)?.changes[field]?.after;
    return last === undefined || last === user[column]
      ? []
      : [`${user.email}: ${field} is ${user[column]}, and history says ${last}`];
  });
}
