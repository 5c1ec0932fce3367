import type { Server } from "node:http";

/** How long requests in flight may take once the server was asked to stop. Milliseconds. */
const timeoutMs = 10_000;
/** And all the rest together: mails that are under way, the data file. Milliseconds. */
const exitTimeoutMs = 10_000;

/**
 * SIGTERM or SIGINT: nobody new is let in, requests in flight finish, then `rest` is done and the process ends with 0.
 * A second signal ends it at once, with 1. What a page has said was saved is saved in either case.
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

/** Connections that are kept alive are closed as they fall idle, and all of them once nobody waits any longer. */
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
