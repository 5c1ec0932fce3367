import type { RequestHandler } from "express";
import helmet from "helmet";

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
  return (req, res, next) => {
    res.setHeader("Cache-Control", "no-store");
    set(req, res, next);
  };
}
