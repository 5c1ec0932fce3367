import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { RequestHandler } from "express";
import { asset } from "../platform/assets.ts";
import { chooseEncoding, type Encoding } from "./encoding.ts";

const folder = asset("public");
const files = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name))]));

/** An address that changes with the file's content, so that browsers can cache it forever. */
function versioned(file: string): string {
  const hash = createHash("sha256").update(files.get(file) ?? "");
  return `${file}?v=${hash.digest("hex").slice(0, 12)}`;
}

export const stylesheetPath = versioned("/site.css");
export const icon = versioned("/icon.svg");

const pack = { br: promisify(brotliCompress), gzip: promisify(gzip) };
const packed = new Map<string, Promise<Buffer>>();

/** Compressed as small as possible, because it happens only once. */
function packOnce(path: string, file: Buffer, encoding: Encoding): Promise<Buffer> {
  const key = `${encoding} ${path}`;
  const known = packed.get(key) ?? pack[encoding](file);
  packed.set(key, known);
  return known;
}

/** Serves the files of `public` from memory, without reading the disk. */
export const staticFiles: RequestHandler = async (req, res, next) => {
  const file = files.get(req.path);
  if (!file || (req.method !== "GET" && req.method !== "HEAD")) return next();
  res.locals.route = req.path;
  const isVersioned = [stylesheetPath, icon].includes(req.url);
  res.setHeader("Cache-Control", isVersioned ? "public, max-age=31536000, immutable" : "public, max-age=3600");
  const encoding = chooseEncoding(res, file.length);
  res.type(extname(req.path)).send(encoding ? await packOnce(req.path, file, encoding) : file);
};
