import { expect } from "@jest/globals";
import { isInstalled } from "../support/nginx.ts";
import { testIf } from "../support/test-if.ts";
import { stormBehindNginx } from "../torture/behind-nginx.ts";

// The example of docs/scale.md in front of three processes. `npm run torture -- --database postgres` kills many more.

testIf(isInstalled("nginx"), "nginx is not installed")(
  "three processes behind nginx lose nothing acknowledged when killed, are replaced unnoticed, and pass on 503",
  async () => {
    const outcome = await stormBehindNginx({ kills: 2, clients: 3, tell: () => undefined });
    expect(outcome.losses).toEqual([]);
    expect(outcome.changes).toBeGreaterThan(0);
  },
);
