import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { makeDatabase } from "../support/postgres.ts";
import { startTogether } from "./processes.ts";
import { withTcpProxy } from "./tcp-proxy.ts";

test("a process answers a request right after it has started to listen, however slow the database is", async () => {
  const given = await makeDatabase();
  const far = 50;
  await withTcpProxy(
    given.databaseUrl,
    async ({ url }) => {
      const port = await freePort();
      const starting = startTogether(1, { settings: { DATABASE_URL: url, PORT: `${port}` }, given });
      const answer = await eventually(() =>
        fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(240_000) }).catch((error: Error) => {
          if (error.name === "TimeoutError") throw error;
          return undefined;
        }),
      );
      expect(answer.status).toBe(200);
      await (await starting).close();
    },
    far,
  );
});
