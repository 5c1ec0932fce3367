import { expect, test } from "@jest/globals";
import { addressOf, run } from "./process.ts";

test.each([
  [
    "what it printed on standard error",
    "console.error('DATA_DIR: no room'); setTimeout(() => {}, 60_000)",
    /DATA_DIR: no room$/,
  ],
  ["its exit code if it printed nothing", "process.exit(3)", /it ended with 3$/],
])("the error about a server that does not start contains %s", async (_title, script, said) => {
  const server = run(process.execPath, ["-e", script]);
  await expect(addressOf(server)).rejects.toThrow(said);
  server.child.kill();
  await server.ended;
});
