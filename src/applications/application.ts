import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { render } from "../web/render.ts";
import { applicationView, openApplication } from "./open.ts";

/** An application's settings, and what to paste into it. */
export function applicationPage(deps: Deps): RequestHandler {
  return async (req, res) => {
    const application = await openApplication(deps, req);
    render(req, res, "applications/application", applicationView(application, deps));
  };
}
