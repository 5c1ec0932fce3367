import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Size } from "./bench.ts";
import { headingOf, type Print, rowOf } from "./report.ts";
import { differentAnswers } from "./same-answers.ts";
import { dataFolder, type Server, type Started, serve, start } from "./servers.ts";
import { loadsOf, measureInTurn } from "./workloads.ts";

// npm run bench -- --database postgres --processes 1,2: one process on SQLite and this many on PostgreSQL.

/** @throws Error if the two databases answer differently */
export async function measureProcesses(
  { file, folder, facts, options, settings, counts }: Size & { counts: readonly number[] },
  print: Print,
): Promise<void> {
  const onFile = await serve("roster", dataFolder(folder, "sqlite", file));
  const onPostgres = await serveSeveral(Math.max(...counts), folder, settings);
  try {
    const different = await differentAnswers(onFile, onPostgres, facts.addresses);
    if (different.length > 0) throw new Error(`SQLite (the one) and PostgreSQL differ:\n${different.join("\n")}`);
    const servers = [onFile, ...counts.map((count) => ({ ...onPostgres, more: onPostgres.more.slice(0, count - 1) }))];
    print(headingOf(["SQLite", ...counts.map((count) => `PostgreSQL, processes: ${count}`)]));
    for (const name of loadsOf(options)) print(rowOf(name, await measureInTurn(name, servers, facts, options.rounds)));
  } finally {
    for (const server of [onFile, onPostgres, ...onPostgres.more]) await server.stop();
  }
}

/** One session is valid at all of them. */
async function serveSeveral(
  count: number,
  folder: string,
  settings: Record<string, string>,
): Promise<Server & { more: Started[] }> {
  const folders = Array.from({ length: count }, (_, n) => join(folder, `process-${n}`));
  for (const each of folders) mkdirSync(each);
  const [first = "", ...others] = folders;
  const server = await serve("roster", first, { more: settings });
  const more: Started[] = [];
  for (const other of others) more.push(await start("roster", other, { more: settings }));
  return { ...server, more };
}
