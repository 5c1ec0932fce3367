import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Request } from "express";
import { type Words, wordsIn } from "../words/words.ts";
import { securityHeaders } from "./headers.ts";
import { wordsForBrowser } from "./language.ts";

const page = ({ tag, dir, updating: { heading, advice } }: Words): string => `<!doctype html>
<html lang="${tag}" dir="${dir}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<h1>${heading}</h1>
<p>${advice}</p>
</html>
`;
const { heading: title, advice: detail } = wordsIn("en").updating;
const problem = { type: "/api/docs#unavailable", title, status: 503, detail };

/**
 * Answers until the application is ready: that the server is alive, and 503 to everything else. Its server makes Express's
 * requests from the beginning (server.ts).
 */
export function updatingPage(options: { secure: boolean }): RequestListener {
  const setHeaders = securityHeaders(options) as (req: IncomingMessage, res: ServerResponse, next: () => void) => void;
  return (req, res) => {
    setHeaders(req, res, () => undefined);
    const send = (status: number, type: string, text: string): void => {
      res.writeHead(status, {
        "Content-Type": `${type}; charset=utf-8`,
        ...(status === 503 && { "Retry-After": "30" }),
      });
      res.end(text);
    };
    const path = req.url?.split("?")[0] ?? "";
    if (path === "/healthz") send(200, "text/plain", "ok\n");
    else if (path === "/readyz") send(503, "text/plain", "database: it is being updated\n");
    else if (path.startsWith("/api/")) send(503, "application/problem+json", JSON.stringify(problem));
    else {
      const words = wordsForBrowser(req as Request);
      res.setHeader("Content-Language", words.tag);
      res.setHeader("Vary", "Accept-Language");
      send(503, "text/html", page(words));
    }
  };
}
