// The order matters: Edge and Opera also call themselves Chrome, and every browser calls itself Safari or Mozilla.
const browsers: [string, RegExp][] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\b(?:OPR|Opera)\b/],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:Headless)?Chrom(?:e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
  ["Lynx", /^Lynx\//],
  ["w3m", /^w3m\//],
  ["curl", /^curl\//],
];

const systems: [string, RegExp][] = [
  ["Android", /\bAndroid\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Windows", /\bWindows\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["macOS", /\bMac(?:intosh| OS X)\b/],
  ["Linux", /\bLinux\b/],
];

/** From the catalog of words. */
type Naming = { unknown: string; on: (browser: string, system: string) => string };

/** Describes a browser, such as "Firefox on Linux", from its User-Agent, which can contain anything. */
export function browserName(userAgent: string, { unknown, on }: Naming): string {
  const nameIn = (list: [string, RegExp][]): string | undefined => list.find(([, mark]) => mark.test(userAgent))?.[0];
  const browser = nameIn(browsers) ?? unknown;
  const system = nameIn(systems);
  return system ? on(browser, system) : browser;
}
