import type { RequestHandler } from "express";

/** Loads rarely needed code at its first use, so that the first page comes sooner. */
export function onFirstRequest(load: () => Promise<RequestHandler>): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  let loaded: RequestHandler | undefined;
  return async (req, res, next) => {
    loading ??= load();
    loaded ??= await loading;
    return loaded(req, res, next);
  };
}
