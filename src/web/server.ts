import type { Server } from "node:http";
import express, { type Express } from "express";
import { isCutOff } from "./body-limit.ts";

// An import would also load all of `fetch` and HTTP/2, which the server does not need.
const http = process.getBuiltinModule("node:http");

/**
 * A server that gets its Express application later. Its request and response objects are Express's from the start:
 * otherwise Express would replace their prototypes, which is slow and slows down every later use.
 */
export function makeServer(): { server: Server; serve: (app: Express) => void } {
  class Request extends http.IncomingMessage {}
  class Response extends http.ServerResponse {
    // For every response, also before a guard or if no body is read: Node.js would read the rest, however long.
    override writeHead(status: number, ...more: unknown[]): this {
      if (!this.headersSent && isCutOff(this.req)) this.setHeader("Connection", "close");
      return Reflect.apply(super.writeHead, this, [status, ...more]);
    }
  }
  Object.setPrototypeOf(Request.prototype, express.request);
  Object.setPrototypeOf(Response.prototype, express.response);
  const server = http.createServer({
    IncomingMessage: Request,
    ServerResponse: Response,
    // Most requests have no body and need no check.
    optimizeEmptyRequests: true,
    connectionsCheckingInterval: 1_000,
    // A whole request within 5 minutes (a photo over a slow connection); forms have less (form-body.ts).
    headersTimeout: 15_000,
    requestTimeout: 5 * 60_000,
    // Longer than proxies keep connections that they may still use (Caddy: 2 min, nginx: 60 s): if we closed one at
    // that moment, they would answer 502.
    keepAliveTimeout: 130_000,
  });
  return {
    server,
    serve: (app) => {
      const own = { app };
      Object.assign(app, {
        request: Object.assign(Request.prototype, own),
        response: Object.assign(Response.prototype, own),
      });
      server.on("request", (req, res) => {
        // A target can be a full URL (RFC 9112, 3.2.2): only its path counts, and another site's name is dropped.
        req.url = req.url?.replace(/^https?:\/\/[^/?#]*\/?/i, "/") ?? "/";
        app(req, res);
      });
    },
  };
}
