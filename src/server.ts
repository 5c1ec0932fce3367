// Starts the program. It stays valid as a CommonJS script without imports, so that a Node.js that is too old to load
// the rest (better-sqlite3 would crash it) reaches the check and prints one clear line.
const minNodeVersion = 26;

if (Number(process.versions.node.split(".")[0]) < minNodeVersion) {
  console.error(`Roster needs Node.js ${minNodeVersion}, this is ${process.version}. Start it with "npm start".`);
  process.exitCode = 1;
} else {
  // If run.cjs has not said so already. Written synchronously, because the server may be killed at any time.
  const { enableCompileCache, flushCompileCache } = process.getBuiltinModule("node:module");
  enableCompileCache(process.getBuiltinModule("node:path").join(__dirname, "../node_modules/.cache/compiled"));
  import("./start.ts")
    .then(({ start }) => start())
    .then(() => setTimeout(flushCompileCache, 2_000).unref())
    .catch(async (error) => {
      const { describeSystemError } = await import("./platform/system-errors.ts");
      console.error(describeSystemError(error) ?? (error instanceof Error ? error.message : error));
      process.exit(1);
    });
}
