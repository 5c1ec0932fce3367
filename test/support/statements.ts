import type { Database } from "../../src/database/database.ts";
import { onConnection } from "../../src/database/sqlite.ts";

/** The SQL that SQLite runs while `work` goes on, prepared long before or not, in order. */
export async function statementsOf(db: Database, work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const shared = await onConnection(db, (connection) => Object.getPrototypeOf(connection.prepare("select 1")));
  const methods = ["run", "get", "all", "iterate"] as const;
  const own = methods.map((name) => [name, shared[name]] as const);
  for (const [name, method] of own) {
    shared[name] = function (this: { source: string }, ...bindings: unknown[]) {
      seen.push(this.source);
      return method.apply(this, bindings);
    };
  }
  try {
    await work();
  } finally {
    for (const [name, method] of own) shared[name] = method;
  }
  return seen;
}
