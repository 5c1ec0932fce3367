import type { Server } from "node:http";
import express, { type Express } from "express";
import { isCutOff } from "./body-limit.ts";

// As an import it would also load the whole of `fetch` and HTTP/2, which the server needs for nothing.
const http = process.getBuiltinModule("node:http");

/**
 * A server that an Express application is given later. What it makes of each request is Express's from the beginning:
 * Express would put another prototype under both objects instead, which is slow, and so is all that uses them afterwards.
 */
export function makeServer(): { server: Server; serve: (app: Express) => void } {
  class Request extends http.IncomingMessage {}
  class Response extends http.ServerResponse {
    // Whoever answers, also before a guard or where no body is read: Node.js would take in what is left of it, however much.
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
    // Most requests have no body, and need not be read to find out.
    optimizeEmptyRequests: true,
    connectionsCheckingInterval: 1_000,
    // A whole request within 5 minutes (a photo over a slow line); forms have less (form-body.ts).
    headersTimeout: 15_000,
    requestTimeout: 5 * 60_000,
    // Longer than proxies keep a connection that they may still send a request on (Caddy: 2 min, nginx: 60 s): closed
    // by us at that moment, it would be their 502.
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
        // A target may be a whole address (RFC 9112, 3.2.2): its path alone counts, and another site's name goes nowhere.
        req.url = req.url?.replace(/^https?:\/\/[^/?#]*\/?/i, "/") ?? "/";
        app(req, res);
      });
    },
  };
}
