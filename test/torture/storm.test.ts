import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startRoster } from "../support/roster.ts";
import { logIn } from "../support/visitor.ts";
import { type Change, losses } from "./ledger.ts";
import { storm } from "./storm.ts";

// The real server is killed a few times here, and many times by `npm run torture`.

test("everything acknowledged is there with its row of history after kill -9, and the data file is undamaged", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "roster-storm-"));
  try {
    const outcome = await storm(dataDir, { kills: 3, clients: 3, tell: () => undefined });
    expect(outcome.losses).toEqual([]);
    expect(outcome.changes).toBeGreaterThan(0);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("the check finds a change that is lost, done twice or without its row", async () => {
  const roster = await startRoster();
  try {
    const { db, people } = roster;
    const ada = await logIn(roster, "ada");
    const rename = (firstName: string) =>
      ada.submit(`/admin/managers/${people.mia.id}/personal-information`, { firstName });
    await rename("Maria");
    const change = { action: "personal-information.updated", email: people.mia.email, field: "firstName" } as const;
    const done: Change = { ...change, value: "Maria", isAcknowledged: true };
    const lost: Change = { ...change, value: "Mary", isAcknowledged: true };
    expect(await losses(db, [done, { ...lost, isAcknowledged: false }])).toEqual([]);
    expect(await losses(db, [done, lost])).toEqual(["lost: personal-information.updated of mia@example.com to Mary"]);
    await rename("Mia");
    await rename("Maria");
    expect(await losses(db, [done])).toEqual([
      "done 2 times: personal-information.updated of mia@example.com to Maria",
    ]);
    await db("users").where({ id: people.mia.id }).update({ first_name: "Nobody" });
    expect(await losses(db, [{ ...done, value: "Mia" }])).toEqual([
      "mia@example.com: firstName is Nobody, and history says Maria",
    ]);
    expect(await losses(db, [{ ...done, action: "user.created", email: "gone@example.com" }])).toHaveLength(1);
  } finally {
    await roster.close();
  }
});
