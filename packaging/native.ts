import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { root } from "../src/platform/root.ts";

const require = createRequire(import.meta.url);

/** This machine's native parts by their name in the executable, with their current paths. */
export function nativeParts(): Record<string, string> {
  // The packages know which of their builds fits this machine.
  const { getPrebuildPath } = require(join(root, "node_modules/better-sqlite3/lib/binding.js"));
  const bcrypt = dirname(require.resolve("bcrypt"));
  const gyp = createRequire(join(bcrypt, "bcrypt.js"))("node-gyp-build");
  return {
    "better-sqlite3.node": getPrebuildPath(),
    "bcrypt.node": gyp.path(bcrypt),
    // sharp's native part looks for libvips in the folder next to its own.
    ...Object.fromEntries(sharpParts().map((file) => [file, join(root, file)])),
  };
}

const sharpParts = (): string[] =>
  globSync("node_modules/@img/sharp-*/lib/*.{node,so*,dylib,dll}", { cwd: root }).sort();

/** Makes the bundled packages load their native parts from the folder where the executable unpacked them. */
export function nativeReplacements(packages = ["better-sqlite3", "node-gyp-build", "sharp"]): Plugin {
  const assets = JSON.stringify(join(root, "src/platform/assets.ts"));
  const sharp = JSON.stringify(sharpParts().find((file) => file.endsWith(".node")));
  const known: [RegExp, string][] = [
    [
      /better-sqlite3\/lib\/binding\.js$/,
      `const { asset } = require(${assets});
      exports.getBinding = () => require(asset("better-sqlite3.node"));`,
    ],
    [
      // bcrypt loads its native part at import; this delays it until the first password is hashed.
      /node-gyp-build\/index\.js$/,
      `const { asset } = require(${assets});
      module.exports = () => new Proxy({}, { get: (_, name) => require(asset("bcrypt.node"))[name] });`,
    ],
    [/sharp\/dist\/sharp\.mjs$/, `import { asset } from ${assets}; export default require(asset(${sharp}));`],
  ];
  const replacements = known.filter(([{ source }]) => packages.some((name) => source.startsWith(name)));
  return {
    name: "native parts",
    setup: (build) => {
      const met = new Set<RegExp>();
      for (const [filter, contents] of replacements) {
        build.onLoad({ filter }, ({ path }) => {
          met.add(filter);
          return { contents, resolveDir: dirname(path) };
        });
      }
      build.onEnd(() => {
        const missing = replacements.filter(([filter]) => !met.has(filter)).map(([filter]) => filter.source);
        return {
          errors: missing.map((text) => ({ text: `${basename(text)} was not found: did the package change?` })),
        };
      });
    },
  };
}
