import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export type Balancer = { url: string; close: () => Promise<void> };

/**
 * Passes each request to the next process, as nginx does. It skips processes that are gone and asks another one if a
 * process ends before it has answered, but answers 502 instead of repeating what may have been saved.
 */
export async function balance(urls: readonly string[]): Promise<Balancer> {
  let turn = 0;
  const server = createServer((req, res) => {
    const pass = (tries: number): void => {
      const to = urls[turn++ % urls.length] ?? "";
      const onward = request(to + req.url, { method: req.method, headers: req.headers, agent: false });
      let isThere = false;
      onward.on("socket", (socket) =>
        socket.once("connect", () => {
          isThere = true;
          req.pipe(onward);
        }),
      );
      onward.on("response", (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on("error", () => res.destroy());
        answer.pipe(res);
      });
      onward.on("error", () => {
        if (res.headersSent) res.destroy();
        else if (tries > 0 && (!isThere || req.method === "GET")) pass(tries - 1);
        else res.writeHead(502, { "Content-Type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
      });
    };
    pass(urls.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
