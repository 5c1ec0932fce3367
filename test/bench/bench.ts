import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listAddresses, listPeople } from "./addresses.ts";
import { describeProfile, inspectFlag, keepProfile, profileDuring } from "./cpu-profile.ts";
import { cache, dataFile } from "./data.ts";
import { installedSize, memory, timeToFirstPage } from "./footprint.ts";
import type { Result } from "./load.ts";
import type { Options } from "./options.ts";
import { servePostgres } from "./postgres.ts";
import { measureProcesses } from "./processes.ts";
import { growthTable, heading, type Print, row } from "./report.ts";
import { measureFillers, requireSameAnswers } from "./same-answers.ts";
import { slowestSearches } from "./searches.ts";
import { dataFolder, type Server, serve } from "./servers.ts";
import { type Facts, type LoadName, loadsOf, measureInTurn, runs, titles } from "./workloads.ts";

/** The figures of one size, by workload. */
export type Figures = Map<LoadName, { roster: Result; bare: Result }>;

/** Runs the whole bench. @returns the figures by number of users */
export async function bench(options: Options, print: Print): Promise<Map<number, Figures>> {
  const bySize = new Map<number, Figures>();
  for (const users of options.users) {
    const began = performance.now();
    const file = await dataFile(users);
    print(`\n${users.toLocaleString("en")} users (data file ready after ${seconds(began)} s)`);
    const folder = mkdtempSync(join(cache, "run-"));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    process.once("exit", remove);
    const postgres = options.database === "postgres" ? await servePostgres(file) : undefined;
    try {
      const size = { file, folder, options, settings: postgres?.settings ?? {} };
      const facts = { ...options, users, addresses: listAddresses(file), emails: listPeople(file) };
      if (options.processes) await measureProcesses({ ...size, facts, counts: options.processes }, print);
      else if (options.profile) await profileSize({ ...size, facts }, print);
      else bySize.set(users, await measureSize({ ...size, facts }, print));
    } finally {
      await postgres?.stop();
      remove();
      process.off("exit", remove);
    }
  }
  if (bySize.size > 1) print(growthTable(bySize));
  if (options.install) print(`\nInstalled size without development packages: ${installedSize().toFixed(0)} MiB`);
  return bySize;
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);

/** `settings` are Roster's own, such as where its data is. */
export type Size = { file: string; folder: string; facts: Facts; options: Options; settings: Record<string, string> };

async function measureSize({ file, folder, facts, options, settings }: Size, print: Print): Promise<Figures> {
  const figures: Figures = new Map();
  const [ofRoster, ofBare] = [dataFolder(folder, "roster", file), dataFolder(folder, "bare", file)];
  const isFootprint = options.workloads.includes("S6");
  if (isFootprint) {
    const [one, other] = [
      await timeToFirstPage("roster", ofRoster, { more: settings }),
      await timeToFirstPage("bare", ofBare),
    ];
    print(`S6  start to first page: Roster ${one.toFixed(0)} ms, bare ${other.toFixed(0)} ms`);
  }
  const roster = await serve("roster", ofRoster, { more: settings });
  const bare = await serveBare(roster, ofBare);
  try {
    if (isFootprint) await printMemory("idle", roster, print);
    await requireSameAnswers(roster, bare, facts.addresses);
    if (options.workloads.includes("searches"))
      print(await slowestSearches(roster, { users: facts.users, database: options.database }));
    if (loadsOf(options).length > 0) print(heading);
    for (const name of loadsOf(options)) {
      const [ofRoster, ofBare] = await measureInTurn(name, [roster, bare], facts, options.rounds);
      const found = { roster: ofRoster, bare: ofBare };
      figures.set(name, found);
      print(row(name, found));
    }
    if (isFootprint) await printMemory("after the load", roster, print);
  } finally {
    await roster.stop();
    await bare.stop();
  }
  return figures;
}

/** Its pages are as long as Roster's. */
async function serveBare(roster: Server, folder: string): Promise<Server> {
  const short = await serve("bare", folder);
  const fillers = await measureFillers(roster, short);
  await short.stop();
  return serve("bare", folder, { more: { FILLERS: JSON.stringify(fillers) } });
}

async function printMemory(when: string, { child }: Server, print: Print): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  print(`S6  memory ${when}: ${memory(child.pid) ?? "this system does not say (there is no smaps_rollup)"}`);
}

async function profileSize({ file, folder, facts, options, settings }: Size, print: Print): Promise<void> {
  const roster = await serve("roster", dataFolder(folder, "roster", file), {
    nodeFlags: [inspectFlag],
    more: settings,
  });
  try {
    for (const name of loadsOf(options)) {
      await runs[name](roster, { ...facts, seconds: 2 });
      const profile = await profileDuring(roster.log(), () => runs[name](roster, facts));
      const kept = join(cache, `${name}-${facts.users}.cpuprofile`);
      keepProfile(profile, kept);
      print(`\n${name}  ${titles[name]}: ${describeProfile(profile)}\n  all of it: ${kept}`);
    }
  } finally {
    await roster.stop();
  }
}
