import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { curlFor, type Described, exampleOf, type Member, membersOf, parametersOf } from "./docs-parts.ts";
import { openApiDocument } from "./openapi.ts";
import type { Json } from "./openapi-problems.ts";
import { problemNames, problems } from "./problems.ts";
import { apiTable } from "./table.ts";

type DocumentedResponse = {
  status: string;
  description: string;
  schema: string | undefined;
  example: string | undefined;
};
type Refusal = { name: string; status: number; title: string };

type ShownOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: Member[];
  bodyTypes: string[];
  body: Member[];
  bodyExample: string | undefined;
  responses: DocumentedResponse[];
  refusals: Refusal[];
  curl: string;
};

/** The OpenAPI document as a page for people; each problem's `type` links to its explanation here. */
export function apiDocs(deps: Deps): RequestHandler {
  let page: ReturnType<typeof docsPage> | undefined;
  return (req, res) => {
    page ??= docsPage(deps);
    render(req, res, "api/docs", { ...page, title: words().shell.apiDocs });
  };
}

function docsPage({ config }: Deps) {
  const { info, tags, paths, components, servers } = openApiDocument(apiTable, config.baseUrl) as {
    info: { description: string };
    tags: { name: string; description: string }[];
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, Json> };
    servers: [{ url: string }];
  };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ tags: operation.tags, ...shown(method, path, operation) })),
  );
  return {
    introduction: info.description.split("\n\n"),
    url: servers[0].url,
    limit: config.apiRateLimit,
    groups: tags.map(({ name, description }) => ({
      name,
      description,
      operations: all.filter((operation) => operation.tags.includes(name)),
    })),
    schemas: Object.entries(components.schemas).map(([name, schema]) => ({ name, members: membersOf(schema) })),
    problems: problemNames.map((name) => ({ name, ...problems[name] })),
  };

  function shown(method: string, path: string, operation: Described): ShownOperation {
    const content = Object.entries(operation.requestBody?.content ?? {});
    return {
      id: operation.operationId,
      method: method.toUpperCase(),
      path: `/api/v1${path}`,
      summary: operation.summary,
      description: operation.description,
      parameters: parametersOf(operation),
      bodyTypes: content.map(([type]) => type),
      body: membersOf(content[0]?.[1].schema ?? {}),
      bodyExample: exampleOf(content[0]?.[1]),
      responses: responsesOf(operation),
      refusals: refusalsOf(operation),
      curl: curlFor(servers[0].url, { method, path, operation }),
    };
  }
}

function responsesOf({ responses }: Described): DocumentedResponse[] {
  return Object.entries(responses)
    .filter(([status]) => status < "400")
    .map(([status, { description = "", content }]) => {
      const json = content?.["application/json"];
      return { status, description, schema: json?.schema?.$ref?.split("/").at(-1), example: exampleOf(json) };
    });
}

function refusalsOf({ responses }: Described): Refusal[] {
  const text = JSON.stringify(responses);
  return problemNames
    .filter((name) => text.includes(`/responses/${name}"`) || text.includes(`"/api/docs#${name}"`))
    .map((name) => ({ name, status: problems[name].status, title: problems[name].title }));
}
