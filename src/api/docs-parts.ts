import type { Json } from "./openapi-problems.ts";

// Parts of the OpenAPI document in words, for the page /api/docs.

type Schema = Json & { $ref?: string };
type Media = { schema?: Schema; example?: unknown };
type Parameter = {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  example?: unknown;
  schema: Schema;
};

/** The parts of an operation that the page shows. */
export type Described = {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string; content?: Record<string, Media> }>;
};

/** A parameter or a member: its name, its type and its meaning. */
export type Member = { name: string; location: string; type: string; isRequired: boolean; description: string };

export function parametersOf({ parameters }: Described): Member[] {
  return parameters.map(({ name, in: location, required, description = "", schema }) => ({
    name,
    location,
    type: typeOf(schema),
    isRequired: required,
    description,
  }));
}

export function membersOf({ properties = {}, required = [] }: Json): Member[] {
  return Object.entries(properties as Record<string, Schema>).map(([name, schema]) => ({
    name,
    location: "",
    type: typeOf(schema),
    isRequired: (required as string[]).includes(name),
    description: String(schema.description ?? ""),
  }));
}

/** In words: "text", "a time or null", "list of User". */
function typeOf(schema: Schema): string {
  const { type, format, default: usual, minimum, maximum, maxLength } = schema;
  const words = Array.isArray(type) ? type.map((one) => typeOf({ ...schema, type: one })).join(" or ") : plain(schema);
  const bounds = [
    format === "date-time" ? "a time" : "",
    minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : "",
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
    usual === undefined || usual === "" ? "" : `default ${usual}`,
  ].filter(Boolean);
  return [words, ...bounds].join(", ");
}

function plain({ $ref, type, enum: values, anyOf, items, properties, additionalProperties }: Schema): string {
  if ($ref) return $ref.split("/").at(-1) ?? "";
  if (anyOf) return (anyOf as Schema[]).map(typeOf).join(" or ");
  if (values) return (values as string[]).join(" | ");
  if (type === "array") return `list of ${typeOf(items as Schema)}`;
  if (properties) return `{ ${Object.keys(properties).join(", ")} }`;
  if (typeof additionalProperties === "object") return `map of name to ${typeOf(additionalProperties as Schema)}`;
  return { string: "text", integer: "whole number", boolean: "true or false" }[String(type)] ?? String(type);
}

export function exampleOf(media: Media | undefined): string | undefined {
  return media?.example === undefined ? undefined : JSON.stringify(media.example, null, 2);
}

/** A command to paste, with the key in the variable KEY. */
export function curlFor(
  url: string,
  { method, path, operation }: { method: string; path: string; operation: Described },
): string {
  const { parameters, requestBody } = operation;
  const asked = parameters.filter(({ required, example }) => required && example !== undefined);
  const query = asked.filter((parameter) => parameter.in === "query");
  const address = path.replaceAll(/\{\w+\}/g, "7");
  const search = query.map(({ name, example }) => `${name}=${example}`).join("&");
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const lines = [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}-H "X-API-Key: $KEY" "${url}${address}${search && `?${search}`}"`,
    ...(parameters.some(({ name }) => name === "If-Match") ? [`-H 'If-Match: "4-0"'`] : []),
    ...(type ? [`-H 'Content-Type: ${type}'`] : []),
    ...(type && media?.example !== undefined ? [`-d ${shellQuoted(JSON.stringify(media.example))}`] : []),
    ...(type && media?.example === undefined ? ["--data-binary @photo.jpg"] : []),
  ];
  return lines.join(" \\\n  ");
}

/** In single quotes, whatever the text contains. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
