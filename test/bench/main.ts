import { bench } from "./bench.ts";
import { help, readOptions } from "./options.ts";

// npm run bench: see options.ts.

// Everything that was started or made is removed when the process ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const args = process.argv.slice(2);
try {
  if (args[0] === "timing") {
    await import("./timing.ts");
  } else {
    const options = readOptions(args);
    if (options === "help") console.log(help);
    else await bench(options, console.log);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
