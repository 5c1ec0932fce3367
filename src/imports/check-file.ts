import type { Database } from "../database/database.ts";
import { deleteExpiredJobs } from "../jobs/queries.ts";
import type { OrganizationId } from "../roles/people.ts";
import { isAdmin } from "../users/rules.ts";
import { decodeFile, type EncodedText } from "./encoding.ts";
import { type PlannedLine, planLines } from "./plan.ts";
import { expireImports, type Import, importTables, insertImport, insertLines, takeFile } from "./queries.ts";
import { readTable, type Table } from "./read-table.ts";

type Admin = { organizationId: OrganizationId; id: number };

/**
 * Reads the file and keeps, for an hour, what would happen to each line; where its encoding is open, the file itself.
 * The Admin's earlier files that were not imported are forgotten.
 * @returns the import's id
 * @throws ValidationError or TooLarge
 */
export async function checkFile(db: Database, admin: Admin, file: Buffer): Promise<number> {
  const text = decodeFile(file);
  const table = text ? await readTable(text.text) : await readAsWindows1252(file);
  await expireImports(db, admin.id);
  await deleteExpiredJobs(db, importTables);
  const { organizationId, id: userId } = admin;
  const id = await insertImport(db, { organizationId, userId, file: text ? null : file });
  if (text) await keepPlan(db, admin, { id, text, table });
  return id;
}

/** Checks a file whose encoding was asked for. Only the first answer does it. */
export async function confirmWindows1252(db: Database, admin: Admin, { id, file }: Import): Promise<void> {
  if (!file) return;
  const text = decodeFile(file, "windows-1252");
  if (text && (await takeFile(db, id))) await keepPlan(db, admin, { id, text, table: await readTable(text.text) });
}

/** What names would be; those with letters that tell encodings apart. */
export async function listNamesBeyondAscii(file: Buffer): Promise<string[]> {
  const { lines } = await readAsWindows1252(file);
  const names = lines.map(({ cells }) => `${cells?.first_name ?? ""} ${cells?.last_name ?? ""}`.trim().slice(0, 100));
  return [...new Set(names)].filter((name) => /[^ -~]/.test(name)).slice(0, 8);
}

const readAsWindows1252 = (file: Buffer): Promise<Table> => readTable(decodeFile(file, "windows-1252")?.text ?? "");

async function keepPlan(
  db: Database,
  { organizationId, id: actorId }: Admin,
  { id, text, table }: { id: number; text: EncodedText; table: Table },
): Promise<void> {
  const lines = await planLines(db, { organizationId, actorId, lines: table.lines });
  const { encoding, mark } = text;
  const createsAdmins = lines.some(({ plan, person }) => plan === "create" && person && isAdmin[person.role]);
  const changesAccess = lines.some(changesSomeonesAccess);
  await insertLines(db, id, { encoding, mark, head: table.head, createsAdmins, changesAccess, lines });
}

/** The pages of a user ask for a fresh proof before these. */
function changesSomeonesAccess({ plan, person, changes }: PlannedLine): boolean {
  if (plan !== "change" || !changes) return false;
  return "email" in changes || ("role" in changes && person !== undefined && isAdmin[person.role]);
}
