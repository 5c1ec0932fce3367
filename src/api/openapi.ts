import { z } from "zod";
import { type Json, problemSchema, reference, refusals, sharedRefusals } from "./openapi-problems.ts";
import type { Operation } from "./operation.ts";
import { named } from "./resources.ts";
import type { ApiRoute } from "./table.ts";

/** Three paragraphs of CommonMark. */
const introduction = [
  "Programs use Roster with an API key. A key can do what its owner can, and no more.",
  "A list is a page with `data` and `nextCursor`. Send `nextCursor` as `cursor` to get the next page; it is null on the last one. Errors are problem documents (RFC 9457).",
  "To change a user, send the user's `ETag` in `If-Match`. Roster carries out a POST with an `Idempotency-Key` only once in 24 hours, and returns the same response again.",
].join("\n\n");

const tags: Record<string, string> = {
  me: "The key and its owner",
  permissions: "What the key's owner can do",
  roles: "What each role can do",
  users: "The organization's users",
  activity: "The organization's history",
};

/** OpenAPI 3.1, generated from the same schemas that the operations use for parsing and responses. */
export function openApiDocument(table: ApiRoute[], baseUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of table) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: describe(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Roster",
      version: "1",
      summary: "User administration for an organization's own programs",
      description: introduction,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: `${baseUrl}/api/v1` }],
    security: [{ key: [] }, { bearer: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "X-API-Key" },
        bearer: { type: "http", scheme: "bearer" },
      },
      schemas: { ...namedSchemas(), Problem: problemSchema },
      responses: sharedRefusals(paths),
    },
  };
}

const tagOf = ({ path }: ApiRoute): string => path.split("/")[1] ?? "";

function describe(route: ApiRoute): Json {
  const { method, operation } = route;
  const description = [
    operation.description,
    route.access === "user"
      ? undefined
      : `The owner's role must have permission to ${route.access.split(":").reverse().join(" ")}.`,
    method === "get" ? undefined : "Needs a key with the scope Read and write.",
  ];
  return {
    operationId: operationId(route),
    tags: [tagOf(route)],
    summary: operation.summary,
    description: description.filter(Boolean).join(" ") || `${operation.summary}.`,
    parameters: parameters(route),
    ...requestBody(operation),
    responses: { ...answers(operation), ...refusals(route) },
  };
}

/** Such as getUsersIdPhoto: stable, because generated clients use it as a function name. */
function operationId({ method, path }: ApiRoute): string {
  const words = path.split(/[/:-]+/).filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function parameters({ method, path, operation }: ApiRoute): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "integer", minimum: 1 },
    example: 7,
  }));
  const inQuery = Object.entries(operation.query?.shape ?? {}).map(([name, field]) => {
    const { description, example, shownAs, ...schema } = plain(field as z.ZodType);
    const required = !(field as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: "query",
      required,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
      // A number arrives as text, and the schema of that text does not help the caller.
      schema: shownAs ?? schema,
    };
  });
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: "header",
    required,
    description,
    schema: { type: "string" },
  });
  return [
    ...inPath,
    ...inQuery,
    ...(operation.needsIfMatch ? [header("If-Match", true, "The user's ETag, or * for any version")] : []),
    ...(method === "post"
      ? [
          header(
            "Idempotency-Key",
            false,
            "A name that you choose for this request, such as a UUID: Roster carries it out only once in 24 hours",
          ),
        ]
      : []),
  ];
}

function requestBody({ body, file, example }: Operation): Json {
  if (file) {
    return {
      requestBody: {
        required: true,
        content: Object.fromEntries(file.types.map((type) => [type, { schema: { type: "string", format: "binary" } }])),
      },
    };
  }
  if (!body) return {};
  return {
    requestBody: { required: true, content: { "application/json": { schema: plain(body.strict()), example } } },
  };
}

function answers({ responses }: Operation): Json {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, schema, example, headers = [] }]) => [
      status,
      {
        description,
        headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: "string" } }])),
        ...(schema && { content: { "application/json": { schema: reference(named.get(schema)?.id ?? ""), example } } }),
      },
    ]),
  );
}

function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(named, { uri: (id) => `#/components/schemas/${id}`, override });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}

function plain(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", override });
  return rest;
}

/** zod adds a safe range to every integer and a pattern to every time; readers do not need them. */
function override({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
}
