import type { Server } from "node:http";

/** How long open requests can take after the server was asked to stop. Milliseconds. */
const timeoutMs = 10_000;
/** And everything after them: emails being sent, the data file. Milliseconds. */
const exitTimeoutMs = 10_000;

/**
 * On SIGTERM or SIGINT the server accepts no new connections, finishes open requests, runs `rest` and exits with 0. A
 * second signal stops it immediately, with 1. Either way, what a page said was saved is saved.
 */
export function stopCleanly(server: Server, rest: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    closed(server)
      .then(() => {
        setTimeout(() => process.exit(0), exitTimeoutMs).unref();
        return rest();
      })
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** Closes kept-alive connections as they become idle, and all of them once no request is open. */
async function closed(server: Server): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const late = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearInterval(idle);
  clearTimeout(late);
}
