import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { startRoster } from "./roster.ts";

// Writes api-schema.d.ts, the types of the tests' client, from the document that Roster serves: npm run api-schema.
// With an address as its argument it prints the types of the document there instead.

// openapi-typescript needs the compiler's programming interface, which TypeScript 7 does not have yet.
registerHooks({
  resolve: (name, context, next) => next(name === "typescript" ? "typescript-5" : name, context),
});

async function typesAt(address: string): Promise<string> {
  const { default: openapiTypescript, astToString } = await import("openapi-typescript");
  const nodes = await openapiTypescript(await (await fetch(address)).text(), { silent: true });
  return `// Written by "npm run api-schema".\n\n${astToString(nodes)}`;
}

const [address] = process.argv.slice(2);
if (address) {
  process.stdout.write(await typesAt(address));
} else {
  const roster = await startRoster();
  writeFileSync(join(import.meta.dirname, "api-schema.d.ts"), await typesAt(`${roster.url}/api/v1/openapi.json`));
  await roster.close();
}
