import { inSnapshot } from "../../src/cli/move-queries.ts";
import type { Database } from "../../src/database/database.ts";

/** One requested change. */
export type Change = {
  action: "user.created" | "personal-information.updated" | "role.updated" | "status.updated";
  /** The user's email, which nothing changes here. */
  email: string;
  field: "email" | "firstName" | "role" | "status";
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
    const rows: Row[] = user
      ? (await db("activity").where({ subject_id: user.id }).orderBy("id").select("id", "action", "changes")).map(
          (row) => ({ ...row, changes: JSON.parse(row.changes) }),
        )
      : [];
    found.push(...asked.flatMap((change) => lossOf(change, rows)), ...(user ? disagreements(user, rows) : []));
  }
  return found;
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
