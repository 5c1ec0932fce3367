import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

// Checks responses of the API against the OpenAPI document of the same server.

type Content = Record<string, { schema?: object }>;
type Answer = { $ref?: string; content?: Content };
type Operation = { responses: Record<string, Answer> };
export type ApiDocument = {
  openapi: string;
  paths: Record<string, Record<string, Operation & Record<string, unknown>>>;
  components: { responses: Record<string, Answer>; schemas: Record<string, object> };
};

export type CheckedFetch = {
  fetch: (request: Request) => Promise<Response>;
  /** The responses so far, such as "get /users 200". */
  seen: Set<string>;
};

/** A fetch that throws if a response differs from the document. Statuses that belong to no operation (405) pass. */
export function fetchChecked(url: string): CheckedFetch {
  const seen = new Set<string>();
  let made: Promise<{ document: ApiDocument; ajv: Ajv2020 }> | undefined;

  async function load() {
    const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as ApiDocument;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, "document");
    return { document, ajv };
  }

  async function hold(request: Request): Promise<Response> {
    const { method, url: address } = request;
    const response = await fetch(request);
    made ??= load();
    const { document, ajv } = await made;
    const operation = operationFor(document, method, new URL(address).pathname);
    if (!operation) return response;
    const [path, responses] = operation;
    const name = `${method.toLowerCase()} ${path} ${response.status}`;
    const documented = responses[response.status];
    if (!documented) throw new Error(`${name} is not in the document`);
    await holdBody(name, response.clone(), { content: resolve(document, documented).content ?? {}, ajv });
    seen.add(name);
    return response;
  }
  return { fetch: hold, seen };
}

function resolve(document: ApiDocument, answer: Answer): Answer {
  return answer.$ref ? (document.components.responses[answer.$ref.split("/").at(-1) ?? ""] ?? answer) : answer;
}

function operationFor(
  { paths }: ApiDocument,
  method: string,
  address: string,
): [string, Record<string, Answer>] | undefined {
  for (const [path, operations] of Object.entries(paths)) {
    const isMatch = new RegExp(`^/api/v1${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(address);
    const operation = operations[method.toLowerCase()];
    if (isMatch && operation) return [path, operation.responses];
  }
  return undefined;
}

async function holdBody(name: string, response: Response, { content, ajv }: { content: Content; ajv: Ajv2020 }) {
  const body = await response.text();
  const type = response.headers.get("Content-Type")?.split(";")[0];
  if (Object.keys(content).length === 0) {
    if (body !== "" || type) throw new Error(`${name} has a body, and the document knows of none`);
    return;
  }
  const schema = content[type ?? ""]?.schema;
  if (!schema) throw new Error(`${name} came as ${type}, and the document knows ${Object.keys(content)}`);
  const validate: ValidateFunction = ajv.compile(withFullReferences(schema));
  if (!validate(JSON.parse(body))) throw new Error(`${name}: ${ajv.errorsText(validate.errors)}\n${body}`);
}

/** References within the document, for use outside of it. */
function withFullReferences(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
}
