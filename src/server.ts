// The program's start. It stays legal as a CommonJS script without a single import, so that a Node.js too old to
// load the rest (better-sqlite3 would crash it) reaches the check and says one clear line instead.
const oldestNode = 26;

if (Number(process.versions.node.split(".")[0]) < oldestNode) {
  console.error(`Roster needs Node.js ${oldestNode}, this is ${process.version}. Start it with "npm start".`);
  process.exitCode = 1;
} else {
  process.getBuiltinModule("node:module").enableCompileCache();
  import("./start.ts")
    .then(({ start }) => start())
    .catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    });
}
