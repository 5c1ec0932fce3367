import { readFileSync } from "node:fs";
import { join } from "node:path";
import ejs from "ejs";
import type { Request, Response } from "express";
import { root } from "../root.ts";

/** What every page gives the frame around it. */
export type Titled = {
  title: string;
  /** Whether a refused form comes back: the title then begins with "Error:". */
  failed?: boolean;
  [more: string]: unknown;
};

/** Makes what the frame shows (who is signed in, the menu, the notice); the application sets it as `app.locals.makeFrame`. */
type MakeFrame = (req: Request, res: Response) => object;

const views = join(root, "views");
const compiled = new Map<string, (page: object) => string>();

/** Sends a view, which sees `page` with the frame as `page.frame`; the status is the response's. */
export function render(req: Request, res: Response, view: string, page: Titled): void {
  const makeFrame: MakeFrame = req.app.locals.makeFrame;
  res.type("html").send(template(view)({ ...page, frame: makeFrame(req, res) }));
}

/** Compiled once. Without `with`, a misspelt variable in a view fails loudly instead of printing nothing. */
function template(view: string): (page: object) => string {
  let made = compiled.get(view);
  if (!made) {
    const filename = join(views, `${view}.ejs`);
    made = ejs.compile(readFileSync(filename, "utf8"), {
      filename,
      cache: true,
      _with: false,
      localsName: "page",
      rmWhitespace: true,
    });
    compiled.set(view, made);
  }
  return made;
}
