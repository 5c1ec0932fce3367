// Starts the commands. Like server.ts it stays valid as a CommonJS script without imports, so that a Node.js that is
// too old to load the rest prints one clear line.
const minNodeVersion = 26;

if (Number(process.versions.node.split(".")[0]) < minNodeVersion) {
  console.error(
    `Roster needs Node.js ${minNodeVersion}, this is ${process.version}. Use it with "npm run roster -- COMMAND".`,
  );
  process.exitCode = 1;
} else {
  process.getBuiltinModule("node:module").enableCompileCache();
  import("./cli/main.ts")
    .then(({ main }) => main(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
}
