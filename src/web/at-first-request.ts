import type { RequestHandler } from "express";

/** What few starts are followed by at once is loaded when it is first asked for: the first page comes sooner. */
export function onFirstRequest(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  let loaded: RequestHandler | undefined;
  return async (req, res, next) => {
    loading ??= load();
    loaded ??= await loading;
    return loaded(req, res, next);
  };
}
