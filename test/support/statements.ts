import { jest } from "@jest/globals";
import { type Database, isPostgres } from "../../src/database/database.ts";
import { onConnection } from "../../src/database/sqlite.ts";

/** How many statements run while the work is done, those that begin and end transactions too. */
export async function countStatements(db: Database, work: () => Promise<unknown>): Promise<number> {
  if (isPostgres(db)) return (await textsOf(db, work)).length;
  const prototype = await onConnection(db, (connection) => Object.getPrototypeOf(connection.prepare("select 1")));
  const spies = ["all", "get", "run"].map((method) => jest.spyOn(prototype, method));
  await work();
  const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return count;
}

/** How many rows (on PostgreSQL: statements) are written while the work is done. */
export async function countWrites(db: Database, work: () => Promise<unknown>): Promise<number> {
  if (isPostgres(db)) {
    return (await textsOf(db, work)).filter((text) => /^(insert|update|delete|with)/i.test(text)).length;
  }
  const written = async (): Promise<number> => (await db.raw("select total_changes() as changes"))[0].changes;
  const before = await written();
  await work();
  return (await written()) - before;
}

/** The statements that PostgreSQL gets while the work is done. */
async function textsOf(db: Database, work: () => Promise<unknown>): Promise<string[]> {
  const query = jest.spyOn(db.client.driver.Client.prototype, "query");
  await work();
  const texts = query.mock.calls.map(([asked]) =>
    typeof asked === "string" ? asked : (asked as { text: string }).text,
  );
  query.mockRestore();
  return texts;
}
