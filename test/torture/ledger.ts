import { inSnapshot } from "../../src/cli/move-queries.ts";
import type { Database } from "../../src/database/database.ts";

/** One change that somebody asked for. */
export type Change = {
  action: "user.created" | "personal-information.updated" | "role.updated" | "status.updated";
  /** Whom: an e-mail address, which nobody changes here. */
  email: string;
  field: "email" | "firstName" | "role" | "status";
  value: string;
  /** Whether an answer said that it was done. */
  isAcknowledged: boolean;
};

const columns = { email: "email", firstName: "first_name", role: "role", status: "status" } as const;

type Row = { id: number; action: string; changes: Record<string, { after: string | null }> };

/**
 * Every acknowledged change has its history row, and no change has two; what a user is agrees with the last row that
 * speaks of it, so that no change is without its row either.
 * @returns what is lost or too many, a line each
 */
export async function losses(db: Database, changes: readonly Change[]): Promise<string[]> {
  // As it stands now; what is acknowledged while the file is read may be younger than what is read.
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
  const told = rows.filter((row) => row.action === action && row.changes[field]?.after === value).length;
  // Roles and statuses come back; names and addresses are new each time.
  const isUnique = field === "email" || field === "firstName";
  if (isAcknowledged && told === 0) return [`lost: ${action} of ${email} to ${value}`];
  return isUnique && told > 1 ? [`done ${told} times: ${action} of ${email} to ${value}`] : [];
}

function disagreements(user: Record<string, unknown>, rows: Row[]): string[] {
  return Object.entries(columns).flatMap(([field, column]) => {
    const last = rows.filter((row) => row.changes[field]).at(-1)?.changes[field]?.after;
    return last === undefined || last === user[column]
      ? []
      : [`${user.email}: ${field} is ${user[column]}, and history says ${last}`];
  });
}
