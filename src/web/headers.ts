import { Socket } from "node:net";
import type { RequestHandler } from "express";
import helmet from "helmet";

// As an import it would also load the whole of `fetch` and HTTP/2.
const { IncomingMessage, ServerResponse } = process.getBuiltinModule("node:http");

/**
 * The headers of every answer. They keep a browser from doing what no page of Roster asks for. `Referrer-Policy` is
 * same-origin because with no-referrer browsers send `Origin: null` on our own forms. Pages hold what only their reader
 * may see, and change at any time: no cache keeps them (files and photos say otherwise).
 */
export function usualHeaders({ secure }: { secure: boolean }): RequestHandler {
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: "deny" },
  });
  // They are the same each time, so that helmet is asked once.
  const model = new ServerResponse(new IncomingMessage(new Socket()));
  const headers = new Map([["Cache-Control", "no-store"]]);
  model.setHeader = (name, value) => {
    headers.set(name, String(value));
    return model;
  };
  set(model.req, model, () => undefined);
  return (_req, res, next) => {
    res.setHeaders(headers);
    next();
  };
}
