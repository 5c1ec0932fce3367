import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { main } from "../src/cli/main.ts";
import { settingNames } from "../src/config.ts";

// Documents say where things are. This checks that these things exist.

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const isThere = (file: string): boolean => existsSync(join(root, file));
const unique = (names: Iterable<string>): string[] => [...new Set(names)].sort();

const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root }).sort();
/** The changelog may name things that no longer exist. */
const present = documents.filter((file) => file !== "CHANGELOG.md");

/** Every match of the pattern in the documents, for `expect(…).toEqual([])`: a failure names the document. */
function faults(
  files: string[],
  pattern: RegExp,
  isFault: (match: string[], file: string) => boolean | string[],
): string[] {
  return files.flatMap((file) =>
    [...read(file).matchAll(pattern)].flatMap((match) => {
      const found = isFault([...match], file);
      return Array.isArray(found) ? found.map((name) => `${file}: ${name}`) : found ? [`${file}: ${match[0]}`] : [];
    }),
  );
}

describe("the documents name only what exists:", () => {
  test("every file of the source", () => {
    const path = /(?<![\w/.-])(?:src|test|views|migrations|packaging|public|docs|seeds)\/[\w./{},*-]*[\w}*]/g;
    expect(faults(present, path, ([name = ""]) => globSync(name, { cwd: root }).length === 0)).toEqual([]);
  });

  test("every name that is said to be in a file", () => {
    const named = /((?:`\w+`(?:, | and ))*`\w+`)\s+in\s+`([\w/.-]+\.(?:ts|json|cjs))`/g;
    const missing = faults(present, named, ([, names = "", file = ""]) =>
      [...names.matchAll(/\w+/g)]
        .filter(([name]) => !isThere(file) || !new RegExp(`\\b${name}\\b`).test(read(file)))
        .map(([name]) => `${name} is not in ${file}`),
    );
    expect(missing).toEqual([]);
  });

  test("every setting", () => {
    const others = ["NODE_ENV"];
    const setting = /`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g;
    expect(faults(present, setting, ([, name = ""]) => ![...settingNames, ...others].includes(name))).toEqual([]);
  });

  test("every test in a table", () => {
    const lastColumn = /^\| (?:V[\d.]+|CVE-[\d-]+) \|.*\| ([^|]+) \|$/gm;
    const missing = faults(["docs/asvs.md", "docs/security.md"], lastColumn, ([, names = ""]) =>
      names.split(", ").filter((name) => !["–", "bench (timing)"].includes(name) && !isThere(`test/${name}.test.ts`)),
    );
    expect(missing).toEqual([]);
  });

  test("every folder of src, in CONTRIBUTING.md", () => {
    const [, table = ""] = /\| folder \|[^\n]*\n((?:\|.*\n)+)/.exec(read("CONTRIBUTING.md")) ?? [];
    const named = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) => cell.match(/[\w-]*\w/g) ?? []);
    const folders = globSync("src/*/", { cwd: root }).map((folder) => posix.basename(folder));
    expect(unique(named)).toEqual(folders.sort());
  });
});

describe("links in documents", () => {
  const link = /(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)/g;
  const targetOf = (target: string, file: string): string => posix.join(dirname(file), target);

  test("lead to files and headings that exist", () => {
    const broken = faults(documents, link, ([, page = "", picture = ""], file) => {
      const address = page || picture;
      if (/^https?:/.test(address)) return false;
      const [path = "", heading] = address.split("#");
      const target = path ? targetOf(path, file) : file;
      return !isThere(target) || (heading !== undefined && !headings(target).includes(heading));
    });
    expect(broken).toEqual([]);
  });

  test("lead to every document", () => {
    const linked = documents.flatMap((file) =>
      [...read(file).matchAll(link)].map(([, target = ""]) => targetOf(target.split("#")[0] ?? "", file)),
    );
    expect(documents.filter((file) => file !== "README.md" && !linked.includes(file))).toEqual([]);
  });
});

/** As GitHub names them in links. */
function headings(file: string): string[] {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the commands in the documents", () => {
  async function printed(...words: string[]): Promise<string> {
    const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
    try {
      await main(words);
      return log.mock.calls.flat().join("\n");
    } finally {
      log.mockRestore();
    }
  }
  const known = async (): Promise<string[]> =>
    [...(await printed("--help")).matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = ""]) => name);
  /** Each command's usage line by its name. */
  const described = new Map(
    [...read("docs/commands.md").matchAll(/^### `([a-z-]+)`\n\n`(.*)`$/gm)].map(([, name = "", line = ""]) => [
      name,
      line,
    ]),
  );

  test("are exactly those that exist, in docs/commands.md", async () => {
    expect([...described.keys()].sort()).toEqual((await known()).sort());
  });

  test("have the usage line of --help, in docs/commands.md", async () => {
    for (const [name, line] of described) {
      const [usage = ""] = (await printed(name, "--help")).split("\n");
      expect(`npm run roster -- ${line}`).toBe(usage);
    }
  });

  test("all exist", async () => {
    const names = await known();
    const typed = /(?:npm run roster --|\.\/roster) ([a-z][a-z-]*)/g;
    expect(faults(present, typed, ([, name = ""]) => !names.includes(name))).toEqual([]);
  });
});

describe("the main documents", () => {
  test("list in README.md and .env.example exactly the settings of the program", () => {
    const [, table = ""] = /## Settings\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
    const named = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) => cell.match(/[A-Z][A-Z_]+/g) ?? []);
    const example = [...read(".env.example").matchAll(/^#([A-Z_]+)=/gm)].map(([, name = ""]) => name);
    expect(unique(named)).toEqual(unique(settingNames));
    expect(unique(example)).toEqual(unique(settingNames));
  });

  test("contain the two commands exactly, in README.md", () => {
    for (const command of ["npm ci && npm start", "npm ci && npm test"])
      expect(read("README.md")).toContain(`\n${command}\n`);
  });

  test.each([
    ["SECURITY.md", 3_000],
    ["CONTRIBUTING.md", 8_000],
    ["README.md", 8_000],
  ])("keep %s within %d bytes", (file, most) => {
    expect(Buffer.byteLength(read(file))).toBeLessThanOrEqual(most);
  });
});
