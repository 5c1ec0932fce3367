import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestHandler } from "express";
import express from "express";
import { asset } from "../assets.ts";

const folder = asset("public");
/** An address that changes with the file's content, so that browsers may keep it for good. */
function versioned(file: string): string {
  const hash = createHash("sha256").update(readFileSync(join(folder, file)));
  return `/${file}?v=${hash.digest("hex").slice(0, 12)}`;
}

export const stylesheet = versioned("site.css");
export const icon = versioned("icon.svg");

const files = express.static(folder, {
  index: false,
  setHeaders: (res) => {
    const isVersioned = [stylesheet, icon].includes(res.req.url ?? "");
    res.setHeader("Cache-Control", isVersioned ? "public, max-age=31536000, immutable" : "public, max-age=3600");
  },
});
const names = new Set(readdirSync(folder, { encoding: "utf8", recursive: true }).map((name) => `/${name}`));

/** The files of `public`. Every other address passes without the disk being asked for it. */
export const staticFiles: RequestHandler = (req, res, next) => {
  if (!names.has(req.path)) return next();
  res.locals.route = req.path;
  files(req, res, next);
};
