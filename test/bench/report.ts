import type { Figures } from "./bench.ts";
import type { Result } from "./load.ts";
import { type LoadName, titles } from "./workloads.ts";

export type Print = (line: string) => void;

const nameWidth = 30;
const left = (text: string): string => text.padEnd(nameWidth);
const right = (value: number, digits: number, width = 8): string =>
  (Number.isNaN(value) ? "–" : value.toFixed(digits)).padStart(width);

const columns = "   per s  p50 ms  p99 ms  CPU µs";
export const heading = `${left("")}  ${"Roster".padStart(32)}  ${"bare server".padStart(32)}   share of bare
${left("")}  ${columns}  ${columns}   by rate  by CPU`;

const figures = ({ perSecond, p50, p99, cpu }: Result): string =>
  `  ${right(perSecond, 0)}${right(p50, 2)}${right(p99, 2)}${right(cpu, 0)}`;

/** One workload's line of the table. */
export function row(name: LoadName, { roster, bare }: { roster: Result; bare: Result }): string {
  const share = (value: number): string => `${right(value * 100, 0)} %`;
  const shares = share(roster.perSecond / bare.perSecond) + share(bare.cpu / roster.cpu);
  const line = left(`${name}  ${titles[name]}`) + figures(roster) + figures(bare) + shares;
  if (roster.logIns === undefined) return line;
  return `${line}\n${left("")}  log-ins per s: Roster ${roster.logIns.toFixed(1)}, bare server ${bare.logIns?.toFixed(1)}`;
}

/** For Roster in several setups, each with its name. */
export function headingOf(names: readonly string[]): string {
  const above = names.map((name) => name.padStart(32)).join("  ");
  return `${left("")}  ${above}\n${left("")}  ${names.map(() => columns).join("  ")}`;
}

/** One workload's line under it. */
export const rowOf = (name: LoadName, results: readonly Result[]): string =>
  left(`${name}  ${titles[name]}`) + results.map(figures).join("");

/** How many times longer Roster takes with the most users than with the fewest. */
export function growthTable(bySize: Map<number, Figures>): string {
  const sizes = [...bySize.keys()].sort((one, other) => one - other);
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)];
  const lines = [...(bySize.get(least) ?? [])].map(([name, { roster: before }]) => {
    const after = bySize.get(most)?.get(name)?.roster ?? before;
    const times = (which: "p50" | "p99" | "cpu"): string => `${right(after[which] / before[which], 2, 7)} ×`;
    return `${left(`${name}  ${titles[name]}`)}  p50${times("p50")}   p99${times("p99")}   CPU${times("cpu")}`;
  });
  return `\nGrowth from ${least.toLocaleString("en")} to ${most.toLocaleString("en")} users\n${lines.join("\n")}`;
}
