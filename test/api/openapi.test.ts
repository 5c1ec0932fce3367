import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { checkedFetch, keyOf } from "../support/api-client.ts";
import { operations, send } from "../support/api-tour.ts";
import type { ApiDocument } from "../support/fetch-checked.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
let text: string;
let document: ApiDocument;

beforeAll(async () => {
  roster = await startRoster({ BASE_URL: "https://roster.acme.test" });
  text = await (await fetch(`${roster.url}/api/v1/openapi.json`)).text();
  document = JSON.parse(text);
});
afterAll(() => roster.close());

type Content = Record<string, { schema: object; example?: unknown; examples?: Record<string, { value: unknown }> }>;
type Described = {
  operationId: string;
  parameters: { name: string; required: boolean; example?: unknown; schema: object }[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; content?: Content }>;
};

const described = (): [string, Described][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]): [string, Described] => [
      `${method} ${path}`,
      found as unknown as Described,
    ]),
  );

test("the API description is OpenAPI 3.1 at the server's own address and needs no key", async () => {
  const answer = await fetch(`${roster.url}/api/v1/openapi.json`);
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "application/json; charset=utf-8"]);
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(text).toContain('"servers":[{"url":"https://roster.acme.test/api/v1"}]');
});

test("the API description passes the recommended rules of Redocly's linter without warnings", async () => {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const found = await lintFromString({ source: text, absoluteRef: "openapi.json", config });
  expect(found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test("every operation in the API description has an example, and every example matches its schema", () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, "document");
  const faults = (schema: object, value: unknown): string | undefined => {
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
    return validate(value) ? undefined : `${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`;
  };
  for (const [name, { parameters, requestBody, responses }] of described()) {
    const asked = parameters.filter(({ required, example }) => required && example !== undefined);
    const contents = [requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}));
    const examples = contents.flatMap(({ schema, example, examples = {} }) =>
      [example, ...Object.values(examples).map(({ value }) => value)].map((value) => ({ schema, value })),
    );
    const all = [...examples, ...asked.map(({ schema, example }) => ({ schema, value: example }))].filter(
      ({ value }) => value !== undefined,
    );
    expect([name, all.length > 0]).toEqual([name, true]);
    for (const { schema, value } of all) expect([name, faults(schema, value)]).toEqual([name, undefined]);
  }
});

test("no member in the API description is named for a password or a hash", () => {
  const schemas = JSON.stringify(document.components.schemas);
  expect([...schemas.matchAll(/"(\w*(?:password|hash)\w*)":/gi)]).toEqual([]);
});

test("the types of the tests' client are generated from this API description", async () => {
  const script = join(import.meta.dirname, "../support/generate-api-schema.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--no-warnings", script, `${roster.url}/api/v1/openapi.json`],
    { maxBuffer: 10_000_000 },
  );
  const committed = readFileSync(join(import.meta.dirname, "../support/api-schema.d.ts"), "utf8");
  if (stdout !== committed) throw new Error('test/support/api-schema.d.ts is out of date: run "npm run api-schema"');
});

test("every operation returns every success that the API description promises", async () => {
  const tom = await addUser(roster.deps, { email: "tom@example.com" });
  await keyOf(roster, tom, { name: "Tom's" });
  const subject = { id: tom.id, keyId: (await roster.db("api_keys").where({ name: "Tom's" }).first()).id };
  const key = await keyOf(roster, roster.people.ada);
  for (const operation of operations) await send(roster, operation, subject, key);
  const promised = described().flatMap(([name, { responses }]) =>
    Object.keys(responses)
      .filter((status) => status < "400")
      .map((status) => `${name} ${status}`),
  );
  expect([...checkedFetch(roster).seen].sort()).toEqual(promised.sort());
});

test("the operations' IDs in the API description are unique", () => {
  const ids = described().map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});
