import { readFileSync } from "node:fs";
import { join } from "node:path";
import ejs from "ejs";
import type { Request, Response } from "express";
import { asset } from "../platform/assets.ts";
import { splitText } from "../words/split-text.ts";
import { wordsFor } from "./language.ts";
import { sendText } from "./send.ts";

/** What every page gives the frame around it. */
export type PageData = {
  title: string;
  /** Whether a form was refused: the title then starts with "Error:". */
  failed?: boolean;
  [more: string]: unknown;
};

/** Builds the frame's data (user, menu, notice); the application sets it as `app.locals.createFrame`. */
type CreateFrame = (req: Request, res: Response) => object;

/** Sends a view, which sees `page` with the frame as `page.frame`, `words` and `splitText`; the status is the response's. */
export function render(req: Request, res: Response, view: string, page: PageData): void {
  const createFrame: CreateFrame = req.app.locals.createFrame;
  // lynx caches a page in spite of no-store, and shows the profile from before a save; it respects this older header.
  res.set("Pragma", "no-cache");
  const words = wordsFor(req, res);
  res.set("Content-Language", words.tag).vary("Accept-Language");
  sendText(res, "text/html; charset=utf-8", viewOf(view)({ ...page, words, splitText, frame: createFrame(req, res) }));
}

/** Renders a standalone page, with its own `include`. */
type View = (page: Record<string, unknown>) => string;

const views = new Map<string, View>();

/** @param name a path under views, without its extension; compiled once */
function viewOf(name: string): View {
  const view = views.get(name) ?? compile(name);
  views.set(name, view);
  return view;
}

const special = /[&<>"']/;
const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&#34;"],
  ["'", "&#39;"],
]);

/** As EJS does it, but looks first: most values have nothing to escape, and replacing takes several times as long. */
function escapeHtml(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = String(value);
  return special.test(text) ? text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character) : text;
}

const options = {
  escape: escapeHtml,
  /** Otherwise a misspelled variable would print nothing instead of failing. */
  _with: false,
  localsName: "page",
  /** In a view, `include` is the one below, and `words` is the catalog. */
  destructuredLocals: ["include", "words"],
  /** The page data is ours and needs no copy. */
  unsafePrototypeLocals: true,
  rmWhitespace: true,
};

/** Browsers ignore white space before and after these elements. */
const block =
  "body|br|caption|circle|d[dlt]|details|dialog|div|fieldset|form|h\\d|head|header|html|legend|li|link|main|meta|nav|ol|option|p|path|pre|rect|section|summary|t[drh]|table|tbody|thead|title|ul";
const lineEnds = new RegExp(`(?<=</?(?:${block})\\b[^<>]*>)\\n\\s*|\\n\\s*(?=</?(?:${block})\\b)`, "g");

/** Views are indented at no cost in bytes: lines with only code leave nothing, and neither do line ends at a block. */
const packed = (view: string): string => view.replace(/^(\s*<%[^-=%][^%]*)%>$/gm, "$1-%>").replace(lineEnds, "");

/**
 * An included view sees everything that its parent sees, plus its own data. EJS's `include` reads the disk for each
 * partial each time, which takes longer than everything else on a list.
 */
function compile(name: string): View {
  const filename = asset(join("views", `${name}.ejs`));
  const print = ejs.compile(packed(readFileSync(filename, "utf8")), { ...options, filename });
  const parts = new Map<string, View>();
  const partOf = (path: string): View => {
    const part = parts.get(path) ?? viewOf(join(name, "..", path));
    parts.set(path, part);
    return part;
  };
  return (page) => {
    page.include = (path: string, more?: object): string => partOf(path)({ ...page, ...more }).trimEnd();
    return print(page);
  };
}
