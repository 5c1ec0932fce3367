import { readFileSync } from "node:fs";
import { join } from "node:path";
import ejs from "ejs";
import type { Request, Response } from "express";
import { asset } from "../platform/assets.ts";
import { wordsFor } from "./language.ts";
import { sendText } from "./send.ts";

/** What every page gives the frame around it. */
export type Titled = {
  title: string;
  /** Whether a refused form comes back: the title then begins with "Error:". */
  failed?: boolean;
  [more: string]: unknown;
};

/** Makes what the frame shows (who is signed in, the menu, the notice); the application sets it as `app.locals.makeFrame`. */
type MakeFrame = (req: Request, res: Response) => object;

/** Sends a view, which sees `page` with the frame as `page.frame`, and `words`; the status is the response's. */
export function render(req: Request, res: Response, view: string, page: Titled): void {
  const makeFrame: MakeFrame = req.app.locals.makeFrame;
  // lynx keeps a page in spite of no-store, and shows a profile as it was before the save; it heeds the older header.
  res.set("Pragma", "no-cache");
  const words = wordsFor(req, res);
  res.set("Content-Language", words.tag).vary("Accept-Language");
  sendText(res, "text/html; charset=utf-8", viewOf(view)({ ...page, words, frame: makeFrame(req, res) }));
}

/** Prints a page that is its own: `include` is put into it. */
type View = (page: Record<string, unknown>) => string;

const views = new Map<string, View>();

/** @param name a path under views, without its ending; compiled once */
function viewOf(name: string): View {
  const view = views.get(name) ?? compile(name);
  views.set(name, view);
  return view;
}

const options = {
  /** Without it a misspelt variable fails loudly instead of printing nothing. */
  _with: false,
  localsName: "page",
  /** In a view `include` is the one below, and `words` the catalogue. */
  destructuredLocals: ["include", "words"],
  /** The page is made by us and needs no copy. */
  unsafePrototypeLocals: true,
  rmWhitespace: true,
};

/** White space before and after these is never seen. */
const block =
  "body|br|caption|circle|d[dlt]|details|dialog|div|fieldset|form|h\\d|head|header|html|legend|li|link|main|meta|nav|ol|option|p|path|pre|rect|section|summary|t[drh]|table|tbody|thead|title|ul";
const lineEnds = new RegExp(`(?<=</?(?:${block})\\b[^<>]*>)\\n\\s*|\\n\\s*(?=</?(?:${block})\\b)`, "g");

/** Views are indented and cost no byte for it: lines of code alone leave nothing behind, nor do line ends at a block. */
const packed = (view: string): string => view.replace(/^(\s*<%[^-=%][^%]*)%>$/gm, "$1-%>").replace(lineEnds, "");

/**
 * What a view includes sees what it sees itself and what it is given. EJS's own `include` asks the disk for each partial
 * each time, which on a list takes longer than all else.
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
