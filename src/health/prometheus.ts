// The text format that Prometheus reads (exposition format 0.0.4), and the two metric types that Roster needs.

export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Record<string, string>;
type Sample = { suffix?: string; labels?: Labels; value: number };
export type Family = { name: string; type: "counter" | "gauge" | "histogram"; help: string; samples: Sample[] };

export function family(type: Family["type"], name: string, help: string, samples: Sample[]): Family {
  return { name, type, help, samples };
}

export const gauge = (name: string, help: string, value: number, labels: Labels = {}): Family =>
  family("gauge", name, help, [{ labels, value }]);

export const counterOf = (name: string, help: string, value: number): Family =>
  family("counter", name, help, [{ value }]);

export function formatMetrics(families: readonly Family[]): string {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ suffix = "", labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${value}`),
    ])
    .join("\n")
    .concat("\n");
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (sign) => (sign === "\n" ? "\\n" : `\\${sign}`));

/** A counter for each set of labels. The caller must keep them few: none is ever forgotten. */
export function counter(): { add: (labels: Labels) => void; samples: () => Sample[] } {
  const counts = new Map<string, Sample>();
  return {
    add: (labels) => {
      const key = JSON.stringify(labels);
      const count = counts.get(key) ?? { labels, value: 0 };
      count.value += 1;
      counts.set(key, count);
    },
    samples: () => [...counts.values()],
  };
}

/** How many values of each label were at most each bound, with their sum and number. @param bounds ascending */
export function histogram(
  label: string,
  bounds: readonly number[],
): { observe: (of: string, value: number) => void; samples: () => Sample[] } {
  const series = new Map<string, { within: number[]; sum: number; count: number }>();
  return {
    observe: (of, value) => {
      const one = series.get(of) ?? { within: bounds.map(() => 0), sum: 0, count: 0 };
      for (const [index, bound] of bounds.entries())
        if (value <= bound) one.within[index] = (one.within[index] ?? 0) + 1;
      one.sum += value;
      one.count += 1;
      series.set(of, one);
    },
    samples: () =>
      [...series].flatMap(([of, { within, sum, count }]) => [
        ...bounds.map((bound, index) => ({
          suffix: "_bucket",
          labels: { [label]: of, le: String(bound) },
          value: within[index] ?? 0,
        })),
        { suffix: "_bucket", labels: { [label]: of, le: "+Inf" }, value: count },
        { suffix: "_sum", labels: { [label]: of }, value: sum },
        { suffix: "_count", labels: { [label]: of }, value: count },
      ]),
  };
}
