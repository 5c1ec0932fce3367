import type { Figures } from "./bench.ts";
import type { Result } from "./load.ts";
import { type LoadName, titles } from "./workloads.ts";

const left = (text: string, width: number): string => text.padEnd(width);
const right = (value: number, digits: number, width = 9): string => value.toFixed(digits).padStart(width);

export const heading = `${left("", 32)}${left("   Roster", 27)}${left("   bare server", 27)}   share
${left("", 32)}      per s   p50 ms   p99 ms    per s   p50 ms   p99 ms  of bare`;

const figures = ({ perSecond, p50, p99 }: Result): string => right(perSecond, 0) + right(p50, 2) + right(p99, 2);

/** One workload's line of the table. */
export function row(name: LoadName, { roster, bare }: { roster: Result; bare: Result }): string {
  const share = right((roster.perSecond / bare.perSecond) * 100, 0, 7);
  const line = `${left(`${name}  ${titles[name]}`, 32)}${figures(roster)}${figures(bare)}${share} %`;
  const { logIns } = roster;
  return logIns === undefined
    ? line
    : `${line}\n${left("", 32)}log-ins per s: Roster ${right(logIns, 1, 0)}, bare ${right(bare.logIns ?? 0, 1, 0)}`;
}

/** How many times longer Roster takes with the most users than with the fewest. */
export function growthTable(bySize: Map<number, Figures>): string {
  const sizes = [...bySize.keys()].sort((one, other) => one - other);
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)];
  const lines = [...(bySize.get(least) ?? [])].map(([name, { roster: before }]) => {
    const after = bySize.get(most)?.get(name)?.roster;
    const times = (which: "p50" | "p99"): string => `${right((after?.[which] ?? 0) / before[which], 2, 6)} ×`;
    return `${left(`${name}  ${titles[name]}`, 32)}p50${times("p50")}   p99${times("p99")}`;
  });
  return `\nGrowth from ${least.toLocaleString("en")} to ${most.toLocaleString("en")} users\n${lines.join("\n")}`;
}
