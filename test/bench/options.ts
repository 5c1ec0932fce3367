import { parseArgs } from "node:util";
import { type WorkloadName, workloadNames } from "./workloads.ts";

export type Options = {
  users: number[];
  workloads: WorkloadName[];
  concurrency: number;
  seconds: number;
  rounds: number;
  profile: boolean;
  install: boolean;
  database: (typeof databases)[number];
  /** The numbers of processes on PostgreSQL to compare with one on SQLite; undefined: Roster and the bare server. */
  processes: number[] | undefined;
};

const databases = ["sqlite", "postgres"] as const;
const ofProcesses: readonly WorkloadName[] = ["S1", "S2", "S3"];

export const help = `npm run bench -- [options]
npm run bench -- timing

Compares Roster with a bare server that sends the same pages from the same rows, and prints a table. "timing" measures
instead whether the time of an answer reveals who exists.

  --users LIST        sizes of the data file (1000,100000,1000000)
  --workload LIST     some of S1,S2,S3,S4,S5,S6,searches (all)
                        S1  Managers: a fixed mix of 200 addresses
                        S2  the User profile of a random user
                        S3  GET /api/v1/me with a key
                        S4  saving Personal Information: form, POST, redirect, profile; counted as one
                        S5  profiles at concurrency 4 while eight people log in without pause
                        S6  start to first page, memory, size of the installation
                        searches  about 1,500 searches, each alone: the slowest
  --concurrency N     connections of S1 to S4 (16)
  --seconds N         length of a round (5)
  --rounds N          rounds, Roster and the bare server in turn; medians are shown (3)
  --database NAME     where Roster keeps its data: sqlite (the default), or postgres, which is started for the run; the
                      bare server always reads SQLite, and CPU and memory are those of Roster's process alone
  --processes LIST    with --database postgres: compares these numbers of processes on PostgreSQL with one on SQLite,
                      without the bare server; by default S1, S2 and S3. The connections are spread evenly over the
                      ports of the processes, without a load balancer
  --profile           no table: a CPU profile of Roster under each workload, and the functions that took the most
  --install           S6 also installs Roster without development packages, and prints the size
  --help              this

Data files are kept in node_modules/.cache/bench, so that only the first run of a size has to make one.`;

const defaults = {
  users: { type: "string", default: "1000,100000,1000000" },
  workload: { type: "string" },
  concurrency: { type: "string", default: "16" },
  seconds: { type: "string", default: "5" },
  rounds: { type: "string", default: "3" },
  database: { type: "string", default: "sqlite" },
  processes: { type: "string" },
  profile: { type: "boolean", default: false },
  install: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @returns "help" if that was asked for. @throws Error in one line that names what is wrong */
export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({ args, options: defaults });
  if (values.help) return "help";
  const database = databases.find((known) => known === values.database);
  if (!database) throw new Error(`--database: one of ${databases.join(", ")}`);
  const processes = values.processes?.split(",").map((text) => wholeNumber("processes", text, 1));
  if (processes && (database === "sqlite" || values.profile))
    throw new Error("--processes: with --database postgres, and without --profile");
  const wished = (values.workload ?? (processes ? ofProcesses : workloadNames).join(",")).split(",");
  if (processes && (wished.includes("S6") || wished.includes("searches")))
    throw new Error("--workload: S6 and searches are measured without --processes");
  const unknown = wished.find((name) => !workloadNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--workload: there is no ${JSON.stringify(unknown)}`);
  return {
    users: values.users.split(",").map((text) => wholeNumber("users", text, 200)),
    workloads: workloadNames.filter((name) => wished.includes(name)),
    concurrency: wholeNumber("concurrency", values.concurrency, 1),
    seconds: wholeNumber("seconds", values.seconds, 1),
    rounds: wholeNumber("rounds", values.rounds, 1),
    profile: values.profile,
    install: values.install,
    database,
    processes,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new Error(`--${name}: a whole number from ${least}`);
  return value;
}
