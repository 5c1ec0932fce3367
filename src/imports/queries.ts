import { setImmediate } from "node:timers/promises";
import { chunks } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import { type Job, type JobTables, jobExpiry, jobReader } from "../jobs/queries.ts";
import { timestamp } from "../platform/time.ts";
import type { Encoding } from "./encoding.ts";
import type { PlannedLine } from "./plan.ts";

export const importTables: JobTables = { jobs: "imports", lines: "import_lines", key: "import_id" };

const batchSize = 250;

/** asking: for the encoding. Once it is running, what was ordered is done to its end. */
export type Import = Job & {
  state: "asking" | "checked" | "running" | "done";
  /** Only while it is asking. */
  file: Buffer | null;
  encoding: Encoding;
  mark: boolean;
  head: string;
  /** What needs a fresh proof: new Admins; changes of emails, and of roles to Admin. */
  createsAdmins: boolean;
  changesAccess: boolean;
  /** Whether existing users are changed. */
  changesUsers: boolean;
};

const columns = {
  ...{ file: "file", encoding: "encoding", mark: "mark", head: "head" },
  ...{ createsAdmins: "creates_admins", changesAccess: "changes_access", changesUsers: "changes_users" },
};
const flags = ["mark", "createsAdmins", "changesAccess", "changesUsers"] as const;

export const { findOwn: findImport, find: findAnyImport } = jobReader<Import>(importTables, { columns, flags });

/** One whose lines, or whose encoding, are still to come. */
export async function insertImport(
  db: Database,
  { organizationId, userId, file }: Pick<Import, "organizationId" | "userId" | "file">,
): Promise<number> {
  const row = {
    organization_id: organizationId,
    user_id: userId,
    state: "asking",
    file,
    expires_at: jobExpiry(),
  };
  const [inserted] = await db("imports").insert(row).returning("id");
  return inserted.id;
}

/** @returns false if someone took it before */
export async function takeFile(db: Database, id: number): Promise<boolean> {
  return (await db("imports").where({ id, state: "asking" }).whereNotNull("file").update({ file: null })) === 1;
}

type Checked = Pick<Import, "encoding" | "mark" | "head" | "createsAdmins" | "changesAccess"> & {
  lines: PlannedLine[];
};

/** Some lines at a time; they are seen when all are there. */
export async function insertLines(db: Database, id: number, { lines, ...checked }: Checked): Promise<void> {
  for (const batch of chunks(lines, batchSize)) {
    const rows = batch.map(({ line, raw, plan, ...details }) => ({
      ...{ import_id: id, line, raw, plan },
      details: JSON.stringify(details),
    }));
    await db("import_lines").insert(rows);
    await setImmediate();
  }
  const { encoding, mark, head, createsAdmins, changesAccess } = checked;
  const needs = { creates_admins: createsAdmins, changes_access: changesAccess };
  await db("imports")
    .where({ id })
    .update({ encoding, mark, head, ...needs, state: "checked" });
}

/** The Admin's own that were not begun: nobody can begin them any more. */
export async function expireImports(db: Database, userId: number): Promise<void> {
  await db("imports")
    .where({ user_id: userId })
    .whereIn("state", ["asking", "checked"])
    .update({ state: "asking", file: null, expires_at: timestamp() });
}
