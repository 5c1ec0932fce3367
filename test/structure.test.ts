import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { describe, expect, test } from "@jest/globals";

// The rules of DESIGN.md about the layout. (Biome checks that no files import each other in a circle.)

/** Each is imported only by those before it. */
const top = ["server.ts", "executable.ts", "start.ts", "app.ts", "routes.ts"];
/** The folders of src: each imports only those before it. */
const order = [
  ...[
    "platform",
    "database",
    "words",
    "roles",
    "web",
    "audit",
    "outbox",
    "mail",
    "passwords",
    "throttling",
    "sessions",
  ],
  ...[
    "organization",
    "users",
    "second-factor",
    "api-keys",
    "applications",
    "invitations",
    "jobs",
    "imports",
    "groups",
    "auth",
    "oidc",
    "activity",
    "profile",
    "personal-data",
    "backups",
    "api",
  ],
  ...["health", "cli"],
];
const root = join(import.meta.dirname, "..");
const files = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();
const read = (file: string): string => readFileSync(join(root, file), "utf8");

type Import = { from: string; to: string };

/** Static and dynamic imports, and those of types. */
const anImport = /^(?:import |(?:import|export)\b[^"'=;()]*\bfrom )"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** Every import of the files. `to` is a path from the root, or a package's name. */
function importsOf(pattern: string): Import[] {
  return files(pattern).flatMap((from) =>
    [...read(from).matchAll(anImport)].map(([, fixed, dynamic]) => {
      const name = fixed ?? dynamic ?? "";
      return { from, to: name.startsWith(".") ? posix.join(dirname(from), name) : name };
    }),
  );
}

/** "users" for src/users/role.ts; undefined for files directly in src and outside of it. */
function folderOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

/** For `expect(…).toEqual([])`, so that a failure lists the wrong imports. */
function faults(imports: Import[], isFault: (found: Import) => boolean): string[] {
  return imports.filter(isFault).map(({ from, to }) => `${from} imports ${to}`);
}

describe("imports point one way:", () => {
  const imports = importsOf("src/**/*.ts");

  test("server → start → app → routes, and no other file imports these", () => {
    const rank = (file: string): number => {
      const index = top.indexOf(file.replace(/^src\//, ""));
      return index < 0 ? top.length : index;
    };
    expect(faults(imports, ({ from, to }) => rank(to) < top.length && rank(from) >= rank(to))).toEqual([]);
  });

  test("each folder imports only those before it", () => {
    const rank = (file: string): number => order.indexOf(folderOf(file) ?? "");
    expect(faults(imports, ({ from, to }) => rank(from) >= 0 && rank(to) > rank(from))).toEqual([]);
  });

  test("every folder has its place in the order, and only entry points are directly in src", () => {
    const folders = new Set(files("src/*/*").map((file) => folderOf(file)));
    expect([...folders].sort()).toEqual([...order].sort());
    const entries = [...top, "cli.ts", "config.ts", "deps.ts", "build-deps.ts", "run.cjs"];
    expect(files("src/*.{ts,cjs}").map((file) => basename(file))).toEqual(entries.sort());
  });

  test("in a subject's folder only pages import web/", () => {
    const subjects = order.slice(order.indexOf("audit"), order.indexOf("profile") + 1);
    const isWeb = ({ to }: Import): boolean => folderOf(to) === "web";
    /** Pages and their parts: what takes a request, is a form, or reads an address. */
    const pages = new Set(
      imports.filter(({ to }) => /^(?:express|src\/web\/(?:form|paging)\.ts)$/.test(to)).map(({ from }) => from),
    );
    const isNoPage = (file: string): boolean =>
      !pages.has(file) || /(?:^|-)(?:changes|rules|queries|check|fields)\.ts$/.test(basename(file));
    expect(
      faults(imports, (found) => subjects.includes(folderOf(found.from) ?? "") && isWeb(found) && isNoPage(found.from)),
    ).toEqual([]);
  });

  test("only roles/ compares roles, and other folders ask can() or a table", () => {
    const comparison = /[!=]==? "(?:admin|manager|member)"|"(?:admin|manager|member)" [!=]==?/;
    const places = files("src/**/*.ts").filter((file) => folderOf(file) !== "roles");
    expect(places.filter((file) => comparison.test(read(file)))).toEqual([]);
  });

  test("rules import neither Express nor Knex", () => {
    const isFault = ({ from, to }: Import): boolean =>
      basename(from) === "rules.ts" && /^(express|knex)(\/|$)/.test(to);
    expect(faults(imports, isFault)).toEqual([]);
  });

  test("migrations import nothing of src, which will change after them", () => {
    expect(faults(importsOf("migrations/**/*.ts"), ({ to }) => to.startsWith("src/"))).toEqual([]);
  });
});

describe("files", () => {
  test("in src have at most 200 lines, a language's words aside", () => {
    const sources = files("src/**/*.{ts,cjs}").filter((file) => !/^src\/words\/[a-z-]+\.ts$/i.test(file));
    const lines = (file: string): number => read(file).trimEnd().split("\n").length;
    expect(sources.filter((file) => lines(file) > 200)).toEqual([]);
  });

  test("have no default export", () => {
    const isFault = (file: string): boolean => /^export default\b|\bas default\b/m.test(read(file));
    expect(files("{src,migrations,seeds}/**/*.ts").filter(isFault)).toEqual([]);
  });
});

describe("in all views", () => {
  test.each([
    ["<%- is used only for include", /<%-(?!\s*include\()/],
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

describe("views mirror src:", () => {
  const views = files("views/**/*.ejs").map((file) => file.slice("views/".length, -".ejs".length));
  const pages = views.filter((view) => dirname(view) !== "partials");
  /** By the folder of src whose files name them. */
  const named = files("src/!(words)/*.ts").flatMap((file) =>
    [...read(file).matchAll(/(?:\brender\([^";]*|\bview: )"([^"]+)"/g)].map(([, view = ""]) => ({ file, view })),
  );

  test("every view that src names exists", () => {
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter(({ view }) => !pages.includes(view))).toEqual([]);
  });

  test("a view has the path of its page's file, or is next to it if the page has a second view", () => {
    const sources = files("src/*/*.ts").map((file) => file.slice("src/".length, -".ts".length));
    const isBeside = (page: string): boolean =>
      named.some(({ file, view }) => view === page && folderOf(file) === dirname(page));
    expect(pages.filter((page) => !sources.includes(page) && !isBeside(page))).toEqual([]);
  });

  test("every view is shown by src or included by another view", () => {
    const included = views.flatMap((view) =>
      [...read(`views/${view}.ejs`).matchAll(/\binclude\("([^"]+)"/g)].map(([, path = ""]) =>
        posix.join(view, "..", path),
      ),
    );
    const used = new Set([...named.map(({ view }) => view), ...included]);
    expect(views.filter((view) => !used.has(view))).toEqual([]);
  });
});

describe("the lines of views", () => {
  const open = /<%[-=]?(?:(?!%>)[\s\S])*%>|<\/?[a-z][a-z0-9]*(?:"[^"]*"|<%(?:(?!%>)[\s\S])*%>|[^>"<])*>/g;
  const voids = /^<(?:br|img|input|link|meta)\b/;
  const braces = (code: string): number => {
    const bare = code.replace(/"[^"]*"|`[^`]*`/g, "");
    return bare.split("{").length - bare.split("}").length;
  };
  /** By how much a part of a view indents what follows it. */
  const step = (piece: string): number => {
    if (piece.startsWith("<%")) return /^<%[-=]/.test(piece) ? 0 : braces(piece);
    if (piece.startsWith("</")) return -1;
    return voids.test(piece) || piece.endsWith("/>") ? 0 : 1;
  };

  /** The lines that are not indented by two spaces a level. A continued line may be indented further. */
  function wronglyIndented(file: string): string[] {
    const source = read(file);
    const pieces = [...source.matchAll(open)].map(({ 0: text, index }) => ({
      text,
      from: index,
      to: index + text.length,
    }));
    const lines = [...source.matchAll(/^.*$/gm)].map(({ 0: text, index }) => ({ text, at: index }));
    const depthAt = (at: number): number =>
      pieces.filter(({ to }) => to <= at).reduce((depth, { text }) => depth + step(text), 0);
    const goesOn = (at: number): boolean => pieces.some(({ from, to }) => from < at && at < to);
    /** Closing tags and braces at the start of a line already count for it. */
    const wanted = (text: string, at: number): number => {
      const closing = /^(?:<\/[a-z0-9]+>)+/.exec(text)?.[0].split("</").length ?? 1;
      return depthAt(at) - (closing - 1) - (/^<% *\}/.test(text) ? 1 : 0);
    };
    const found = lines
      .filter(({ text, at }) => text !== "" && !goesOn(at))
      .map(({ text, at }) => ({
        text,
        spaces: text.length - text.trimStart().length,
        level: wanted(text.trimStart(), at),
      }));
    // bottom.ejs closes what top.ejs opens.
    const least = Math.min(0, ...found.map(({ level }) => level));
    return found
      .filter(({ spaces, level }) => spaces !== 2 * (level - least))
      .map(({ text }) => `${file}: ${text.trim()}`);
  }

  test("are indented by two spaces a level", () => {
    expect(files("views/**/*.ejs").flatMap(wronglyIndented)).toEqual([]);
  });

  test("have at most 160 characters", () => {
    const long = (file: string): boolean =>
      read(file)
        .split("\n")
        .some((line) => line.length > 160);
    expect(files("views/**/*.ejs").filter(long)).toEqual([]);
  });
});

describe("the stylesheet", () => {
  const css = read("public/site.css").replace(/\/\*[\s\S]*?\*\//g, "");

  test("names a table's columns and never counts them", () => {
    expect(css.match(/nth-(?:last-)?(?:child|of-type|col)[^{]*/g)).toBe(null);
  });

  test("neither shows nor looks for words, because it has only one language", () => {
    expect(
      css.match(/content: "[^"]*\p{L}[^"]*"|\[(?:data-label|aria-label|title|alt|placeholder|lang)[~|^$*]?=[^\]]*\]/gu),
    ).toBe(null);
  });

  test("consists of its layers", () => {
    const layers = [...css.matchAll(/^@layer (\w+) \{/gm)].map(([, name]) => name);
    expect(css).toContain(`@layer ${layers.join(", ")};`);
    expect(layers).toEqual(["reset", "tokens", "base", "components", "utilities"]);
    expect(css.replace(/^@layer \w+ \{[\s\S]*?^\}/gm, "").trim()).toBe(`@layer ${layers.join(", ")};`);
  });

  test("has no class that no view uses", () => {
    const markup = files("views/**/*.ejs").map(read).join("\n");
    const classes = new Set([...css.matchAll(/\.([a-z][\w-]*)(?=[^{}]*\{)/g)].map(([, name = ""]) => name));
    // Names with numbers and sizes are composed in views.
    const isUsed = (name: string): boolean =>
      new RegExp(`(?<![\\w-])${name.replace(/(?<=^color-|^is-)(?:\d+|medium)$/, "")}`).test(markup);
    expect([...classes].filter((name) => !isUsed(name))).toEqual([]);
  });
});

describe("pages", () => {
  /** `<%= … %>` with a name that people chose, by the end of its expression. */
  const names =
    /<%= [^%]*\b(?:page\.name|firstName|lastName|me\.name|row\.name|who\.name|whom\.name|subject\.name) %>/g;
  const views = files("views/**/*.ejs");

  test("have a <bdi> around a name of any script, except in attributes", () => {
    const found = views.flatMap((file) =>
      [...read(file).matchAll(names)].flatMap(({ 0: text, index, input }) => {
        const before = input.slice(0, index);
        const isInAttribute = /="[^"<>]*$/.test(before);
        return isInAttribute || /<bdi[^>]*>$/.test(before) ? [] : [`${file}: ${text}`];
      }),
    );
    expect(found).toEqual([]);
  });

  test("have no exclamation mark, and do not call what someone typed invalid", () => {
    const texts = [...views, ...files("src/**/*.ts")].flatMap((file) => {
      const words = file.endsWith(".ejs") ? read(file).replace(/<%[\s\S]*?%>|<[^>]*>/g, " ") : strings(read(file));
      return /[\p{L}]!(?:\s|$)|\binvalid (?:input|value|e-?mail|password)\b/iu.test(words) ? [file] : [];
    });
    expect(texts).toEqual([]);
  });

  test("have a stylesheet without left and right, for every writing direction", () => {
    const rules = read("public/site.css")
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/@(?:media|container|supports)[^{]*/g, "");
    const physical =
      /(?:^|[\s;{])(?:(?:min-|max-)?(?:width|height)|(?:margin|padding|border|inset|scroll-[a-z]+)-(?:left|right|top|bottom)[a-z-]*|left|right|top|bottom|border-(?:top|bottom)-(?:left|right)-radius)\s*:|:\s*(?:left|right)\b/g;
    expect([...rules.matchAll(physical)].map(([all]) => all.trim())).toEqual([]);
  });

  test("have numbers and dates formatted by Intl or toLocaleString", () => {
    const byHand = /\.toDateString\(|\.toLocaleDateString\(\)|\.toLocaleString\(\)|getMonth\(\)|getFullYear\(\)/;
    expect(files("src/**/*.ts").filter((file) => byHand.test(read(file)))).toEqual([]);
  });
});

test("the title of a test outside of describe begins with its subject", () => {
  const fragment =
    /^(?:test\(|\]\S*\)\(|test\.each\(.*\)\()\s*"(?:is|are|was|has|shows?|says|saves|writes|refuses|takes|tells|goes|leads|ends|makes|removes|of|and|but|also|so|that|which|where|it|its|those|who)\b.*/gm;
  const found = (file: string) => (read(file).match(fragment) ?? []).map((line) => `${file}: ${line}`);
  expect(files("test/**/*.test.ts").flatMap(found)).toEqual([]);
});

/** The strings in a source file. */
function strings(source: string): string {
  return [...source.matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`/g)].map(([text]) => text.slice(1, -1)).join("\n");
}
