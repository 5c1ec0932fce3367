import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Action } from "./actions.ts";
import { insertActivity, lockOrganization } from "./queries.ts";

/**
 * Throws where what let somebody in (session, role, key) is no more: a request in flight does not outlive it.
 * @throws AccessDenied on pages, Problem in the API
 */
export type Reauthorize = (trx: Knex.Transaction) => Promise<void>;

/** Who does it, and from where. */
export type Actor =
  | {
      kind: "user";
      id: number;
      /** The key that it came by. */
      keyId?: number;
      address?: string | undefined;
      browser?: string | undefined;
      /** Absent where no standing is needed: at a log-in or a log-out, say. */
      reauthorize?: Reauthorize;
    }
  | { kind: "visitor"; address?: string | undefined; browser?: string | undefined }
  | { kind: "operator" /** The command. */; command?: string }
  | { kind: "system" };

/** Before and after, by field, as history shows them; never a secret. */
export type Changes = Record<string, { before: string | null; after: string | null }>;

export type Entry = { actor: Actor; organizationId: OrganizationId; subjectId?: number; action: Action };

/** What the change reports: the fields, and whom it concerned where that was not known before (somebody new). */
export type Report = { changes?: Changes; subjectId?: number };

/** Something done to a user. */
export type By = { actor: Actor; user: { organizationId: OrganizationId; id: number } };

export const userEntry = <A extends Action>(action: A, { actor, user }: By) => ({
  actor,
  organizationId: user.organizationId,
  subjectId: user.id,
  action,
});

/**
 * The one way to write what history tells of: one transaction holds the change and its row, so that either both happen
 * or neither. An organization's changes come one after the other, so that what is read inside still holds at the end;
 * whether the actor may still do it is looked at in there again. A change that finds nothing to do returns undefined and
 * leaves no row. Inside, only `trx` is used.
 */
export async function auditedChange<R extends Report | undefined>(
  db: Database,
  { action, ...entry }: Entry,
  change: (trx: Knex.Transaction) => Promise<R>,
): Promise<R> {
  return auditedChanges(db, entry, async (trx, record) => {
    const report = await change(trx);
    if (report) await record(action, report);
    return report;
  });
}

type RecordRow = (action: Action, report: Report) => Promise<void>;

/** The same for a change that history tells of in several rows, or in none: it calls `record` for each. */
export async function auditedChanges<T>(
  db: Database,
  entry: Omit<Entry, "action">,
  change: (trx: Knex.Transaction, record: RecordRow) => Promise<T>,
): Promise<T> {
  return db.transaction(async (trx) => {
    await lockOrganization(trx, entry.organizationId);
    if (entry.actor.kind === "user") await entry.actor.reauthorize?.(trx);
    return change(trx, (action, report) => insertActivity(trx, { ...entry, action, ...report }));
  });
}

/** The fields of `after` that differ from `before`, as history keeps them; undefined where none does. */
export function changedFields<T extends Record<string, string | null>>(before: T, after: T): Changes | undefined {
  const names = Object.keys(after).filter((name) => (before[name] ?? null) !== after[name]);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]));
}
