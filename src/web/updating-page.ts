import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { securityHeaders } from "./headers.ts";

const heading = "Roster is being updated";
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<h1>${heading}</h1>
<p>Try again in a few minutes. Nothing is lost.</p>
</html>
`;
const problem = { type: "/api/docs#unavailable", title: heading, status: 503, detail: "Try again in a few minutes." };

/** Answers until the application is ready: that the server is alive, and 503 to everything else. */
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
    else send(503, "text/html", page);
  };
}
