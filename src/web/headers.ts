import type { RequestHandler } from "express";
import helmet from "helmet";

/** How long a service can keep an answer about what someone can do. */
export const answerCacheControl = "private, max-age=60";

/**
 * The headers of every response. They turn off browser features that no page of Roster needs. `Referrer-Policy` is
 * same-origin because with no-referrer browsers send `Origin: null` with our own forms. Only their reader may see
 * pages, and they change at any time, so no cache stores them (files and photos override this).
 */
export function securityHeaders({ secure }: { secure: boolean }): RequestHandler {
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
