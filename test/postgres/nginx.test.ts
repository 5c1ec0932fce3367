import { expect, test } from "@jest/globals";
import { isInstalled } from "../support/nginx.ts";
import { stormBehindNginx } from "../torture/behind-nginx.ts";

// The example of docs/scale.md in front of three processes, where the machine has nginx; `npm run torture -- --database
// postgres` does it with many more kills.

if (isInstalled("nginx")) {
  test("behind nginx whatever was acknowledged is there after kills, replacing goes unnoticed, and 503 stays 503", async () => {
    const outcome = await stormBehindNginx({ kills: 2, clients: 3, tell: () => undefined });
    expect(outcome.losses).toEqual([]);
    expect(outcome.changes).toBeGreaterThan(0);
  });
} else {
  test.todo("docs/scale.md's nginx example needs nginx");
}
