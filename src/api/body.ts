import { isUtf8 } from "node:buffer";
import express, { type Request, type RequestHandler, type Response } from "express";
import { whenTooLarge } from "../web/body-limit.ts";
import { countUpload } from "../web/uploads.ts";
import type { Operation } from "./operation.ts";
import { Problem } from "./problems.ts";

/** Several times the longest body of an operation. */
const maxJsonBytes = 64 * 1024;
const nothing = Buffer.alloc(0);
// Not Express's JSON parser, which reads an empty body as {} and invalid UTF-8 as question marks.
const bytes = express.raw({ limit: maxJsonBytes, type: () => true });

/** Reads the body of an operation: JSON, or a file. @throws Problem unsupported-media-type, content-too-large or malformed-request */
export async function readBody(
  req: Request,
  res: Response,
  { body, file }: Pick<Operation, "body" | "file">,
): Promise<{ body: unknown; file: Buffer }> {
  if (file) {
    requireType(req, file.types);
    requireLength(req, file.maxBytes);
    countUpload(res);
    await parsedBy(express.raw({ limit: file.maxBytes, type: () => true }), { req, res, maxBytes: file.maxBytes });
    return { body: undefined, file: Buffer.isBuffer(req.body) ? req.body : nothing };
  }
  // If no body is needed, none has to be sent; a body that is sent anyway is read, and its members are refused by name.
  const isSent = req.get("Transfer-Encoding") !== undefined || Number(req.get("Content-Length") ?? 0) > 0;
  if (!body && !isSent) return { body: undefined, file: nothing };
  requireType(req, ["application/json"]);
  requireLength(req, maxJsonBytes);
  await parsedBy(bytes, { req, res, maxBytes: maxJsonBytes });
  return { body: parseJson(Buffer.isBuffer(req.body) ? req.body : nothing), file: nothing };
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new Problem("malformed-request", { detail: "The body is empty. Send JSON." });
  if (!isUtf8(body)) throw new Problem("malformed-request", { detail: "The body is not UTF-8." });
  try {
    return JSON.parse(body.toString("utf8").replace(/^\ufeff/, ""));
  } catch {
    throw new Problem("malformed-request");
  }
}

function requireType(req: Request, types: string[]): void {
  const type = req.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!types.includes(type)) throw new Problem("unsupported-media-type", { headers: { Accept: types.join(", ") } });
}

/** Before anything is read. */
function requireLength(req: Request, maxBytes: number): void {
  if (Number(req.get("Content-Length") ?? 0) > maxBytes)
    throw new Problem("content-too-large", { headers: { Connection: "close" } });
}

async function parsedBy(
  parser: RequestHandler,
  { req, res, maxBytes }: { req: Request; res: Response; maxBytes: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    whenTooLarge(req, maxBytes, () => reject(new Problem("content-too-large")));
    parser(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}
