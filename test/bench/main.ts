// npm run bench -- NAME: one of the measurements beside this file.
const benches: Record<string, () => Promise<unknown>> = {
  me: () => import("./me.ts"),
  timing: () => import("./timing.ts"),
};

const [name = "me"] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  await bench();
} else {
  console.error(`There is no bench ${JSON.stringify(name)}. Choose from: ${Object.keys(benches).join(", ")}`);
  process.exitCode = 1;
}
