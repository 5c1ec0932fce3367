import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { describe, expect, test } from "@jest/globals";

// What DESIGN.md says about the layout, as rules. (That no files import each other in a circle is checked by Biome.)

/** Each may be imported by those before it, and by nothing else. */
const top = ["server.ts", "executable.ts", "start.ts", "app.ts", "routes.ts"];
/** Of a feature folder others may use queries.ts, rules.ts and these pure modules, never its pages. */
const publicModules: Record<string, string[]> = {
  "api-keys": ["changes.ts", "key.ts", "section.ts"],
  audit: ["actions.ts", "audited-change.ts", "filter.ts", "hourly.ts", "refusals.ts", "resource.ts", "rows.ts"],
  auth: [
    "confirmation.ts",
    "current-user.ts",
    "guards.ts",
    "known-browser.ts",
    "lockout.ts",
    "new-password-form.ts",
    "password-rule.ts",
    "sealing.ts",
    "replace-password.ts",
    "throttle.ts",
    "totp.ts",
  ],
  mail: ["mailer.ts", "messages.ts", "section.ts"],
  organization: ["ensure.ts", "plans.ts"],
  "second-factor": ["changes.ts", "check.ts", "codes.ts", "section.ts"],
  sessions: ["changes.ts", "section.ts"],
  users: [
    "avatar.ts",
    "changes.ts",
    "fields.ts",
    "open-user.ts",
    "personal-information-changes.ts",
    "profile-view.ts",
    "save-photo.ts",
  ],
};
/** Folders that know nothing of any feature. */
const ground = ["web", "roles"];
/** The operator's commands use whatever they need, as start.ts does, and nothing uses them. */
const commands = "cli";

const root = join(import.meta.dirname, "..");
const files = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();
const read = (file: string): string => readFileSync(join(root, file), "utf8");

type Import = { from: string; to: string };

/** Static, dynamic and of types alone. */
const anImport = /^(?:import |(?:import|export)\b[^"'=;()]*\bfrom )"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** Every import of the files; `to` is a path from the root, or a package's name. */
function importsOf(pattern: string): Import[] {
  return files(pattern).flatMap((from) =>
    [...read(from).matchAll(anImport)].map(([, fixed, dynamic]) => {
      const name = fixed ?? dynamic ?? "";
      return { from, to: name.startsWith(".") ? posix.join(dirname(from), name) : name };
    }),
  );
}

/** "users" for src/users/role.ts; undefined for files directly under src and for all outside of it. */
function folderOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

function isFeature(folder: string | undefined): folder is string {
  return folder !== undefined && folder !== commands && !ground.includes(folder);
}

function isPublic(file: string): boolean {
  const names = publicModules[folderOf(file) ?? ""] ?? [];
  return /\b(queries|rules)\.ts$/.test(file) || names.includes(basename(file));
}

/** For `expect(…).toEqual([])`: a failure then lists the imports at fault. */
function faults(imports: Import[], isFault: (found: Import) => boolean): string[] {
  return imports.filter(isFault).map(({ from, to }) => `${from} imports ${to}`);
}

describe("imports point one way", () => {
  const imports = importsOf("src/**/*.ts");

  test("server → start → app → routes, and nothing below imports these", () => {
    const rank = (file: string): number => {
      const index = top.indexOf(file.replace(/^src\//, ""));
      return index < 0 ? top.length : index;
    };
    expect(faults(imports, ({ from, to }) => rank(to) < top.length && rank(from) >= rank(to))).toEqual([]);
  });

  test("a feature uses another's queries, rules and pure modules, never its pages", () => {
    const isFault = ({ from, to }: Import): boolean =>
      isFeature(folderOf(from)) && isFeature(folderOf(to)) && folderOf(from) !== folderOf(to) && !isPublic(to);
    expect(faults(imports, isFault)).toEqual([]);
  });

  test("nothing but cli.ts and executable.ts uses the operator's commands", () => {
    const isFault = ({ from, to }: Import): boolean =>
      folderOf(to) === commands && folderOf(from) !== commands && !["src/cli.ts", "src/executable.ts"].includes(from);
    expect(faults(imports, isFault)).toEqual([]);
  });

  test("every public module exists", () => {
    const named = Object.entries(publicModules).flatMap(([folder, names]) =>
      names.map((name) => `src/${folder}/${name}`),
    );
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("src/web and src/roles know no feature", () => {
    const isFault = ({ from, to }: Import): boolean => ground.includes(folderOf(from) ?? "") && isFeature(folderOf(to));
    expect(faults(imports, isFault)).toEqual([]);
  });

  test("rules know neither Express nor Knex", () => {
    const isFault = ({ from, to }: Import): boolean =>
      basename(from) === "rules.ts" && /^(express|knex)(\/|$)/.test(to);
    expect(faults(imports, isFault)).toEqual([]);
  });

  test("migrations import nothing of src, which will change after them", () => {
    expect(faults(importsOf("migrations/**/*.ts"), ({ to }) => to.startsWith("src/"))).toEqual([]);
  });
});

describe("files", () => {
  test("under src have at most 200 lines", () => {
    const lines = (file: string): number => read(file).trimEnd().split("\n").length;
    expect(files("src/**/*.{ts,cjs}").filter((file) => lines(file) > 200)).toEqual([]);
  });

  test("have no default export", () => {
    const isFault = (file: string): boolean => /^export default\b|\bas default\b/m.test(read(file));
    expect(files("{src,migrations,seeds}/**/*.ts").filter(isFault)).toEqual([]);
  });
});

describe("views", () => {
  test.each([
    ["<%- is used for include alone", /<%-(?!\s*include\()/],
    ["there is no script", /<script\b|javascript:/i],
    ["there is no inline style", /<style\b|\sstyle\s*=/i],
    ["there is no event attribute", /\son[a-z]+\s*=\s*["'<]/i],
  ])("%s", (_rule, fault) => {
    const found = files("views/**/*.ejs").flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) => (fault.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});

describe("words and marks", () => {
  /** `<%= … %>` of what people named themselves, by the end of its expression. */
  const names =
    /<%= [^%]*\b(?:page\.name|firstName|lastName|me\.name|row\.name|who\.name|whom\.name|subject\.name) %>/g;
  const views = files("views/**/*.ejs");

  test("a name of any script stands in a <bdi>, save in attributes", () => {
    const found = views.flatMap((file) =>
      [...read(file).matchAll(names)].flatMap(({ 0: text, index, input }) => {
        const before = input.slice(0, index);
        const isInAttribute = /="[^"<>]*$/.test(before);
        return isInAttribute || /<bdi[^>]*>$/.test(before) ? [] : [`${file}: ${text}`];
      }),
    );
    expect(found).toEqual([]);
  });

  test("no page shouts, and none calls what somebody typed invalid", () => {
    const texts = [...views, ...files("src/**/*.ts")].flatMap((file) => {
      const words = file.endsWith(".ejs") ? read(file).replace(/<%[\s\S]*?%>|<[^>]*>/g, " ") : strings(read(file));
      return /[\p{L}]!(?:\s|$)|\binvalid (?:input|value|e-?mail|password)\b/iu.test(words) ? [file] : [];
    });
    expect(texts).toEqual([]);
  });

  test("the stylesheet knows no left and right, so that it serves every direction of writing", () => {
    const rules = read("public/site.css")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/@(?:media|container|supports)[^{]*/g, "");
    const physical =
      /(?:^|[\s;{])(?:(?:min-|max-)?(?:width|height)|(?:margin|padding|border|inset|scroll-[a-z]+)-(?:left|right|top|bottom)[a-z-]*|left|right|top|bottom|border-(?:top|bottom)-(?:left|right)-radius)\s*:|:\s*(?:left|right)\b/g;
    expect([...rules.matchAll(physical)].map(([all]) => all.trim())).toEqual([]);
  });

  test("numbers and dates are written by Intl or toLocaleString", () => {
    const byHand = /\.toDateString\(|\.toLocaleDateString\(\)|\.toLocaleString\(\)|getMonth\(\)|getFullYear\(\)/;
    expect(files("src/**/*.ts").filter((file) => byHand.test(read(file)))).toEqual([]);
  });
});

/** What stands between double quotes in a source file. */
function strings(source: string): string {
  return [...source.matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g)].map(([text]) => text.slice(1, -1)).join("\n");
}
