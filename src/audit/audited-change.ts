import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { inTransaction } from "../database/nested.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Action } from "./actions.ts";
import { insertActivity, lockOrganization } from "./queries.ts";

/**
 * Throws if the session, role or key that let the request in has ended: an open request must not outlive it.
 * @throws AccessDenied on pages, Problem in the API
 */
export type Reauthorize = (trx: Knex.Transaction) => Promise<void>;

/** Who does it, and from where. */
export type Actor =
  | {
      kind: "user";
      id: number;
      /** The API key, if one was used. */
      keyId?: number;
      /** The history row of the group action that this is a part of. */
      groupId?: number;
      address?: string | undefined;
      browser?: string | undefined;
      /** Absent if no check is needed, such as for a log-in or log-out. */
      reauthorize?: Reauthorize;
    }
  | { kind: "visitor"; address?: string | undefined; browser?: string | undefined }
  /** `command`: its name, as typed. */
  | { kind: "operator"; command?: string }
  | { kind: "system" };

/** Before and after, by field, as history shows them; never a secret. */
export type Changes = Record<string, { before: string | null; after: string | null }>;

export type Entry = { actor: Actor; organizationId: OrganizationId; subjectId?: number; action: Action };

/** What the change reports: the fields, and its subject if that was not known before (a new user). */
export type Report = {
  changes?: Changes;
  subjectId?: number;
  /** The ID of the row whose change it takes back. */
  undoes?: number;
};

/** A change of a user. */
export type By = { actor: Actor; user: { organizationId: OrganizationId; id: number } };

export const userEntry = <A extends Action>(action: A, { actor, user }: By) => ({
  actor,
  organizationId: user.organizationId,
  subjectId: user.id,
  action,
});

/**
 * The only way to write history: one transaction holds the change and its row, so that both happen or neither does. An
 * organization's changes run one after the other, so that what the change reads stays true until the end. The
 * transaction checks again whether the actor can still do it. A change that finds nothing to do returns undefined and
 * leaves no row. Inside, use only `trx`.
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

/** @returns the history row's ID */
export type RecordRow = (action: Action, report: Report) => Promise<number>;

/** The same for a change with several history rows or none: it calls `record` for each. */
export async function auditedChanges<T>(
  db: Database,
  entry: Omit<Entry, "action">,
  change: (trx: Knex.Transaction, record: RecordRow) => Promise<T>,
): Promise<T> {
  return inTransaction(db, async (trx) => {
    await lockOrganization(trx, entry.organizationId);
    if (entry.actor.kind === "user") await entry.actor.reauthorize?.(trx);
    return change(trx, (action, report) => insertActivity(trx, { ...entry, action, ...report }));
  });
}

/** The fields of `after` that differ from `before`, as history stores them; undefined if none do. */
export function changedFields<T extends Record<string, string | null>>(before: T, after: T): Changes | undefined {
  const names = Object.keys(after).filter((name) => (before[name] ?? null) !== after[name]);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]));
}
