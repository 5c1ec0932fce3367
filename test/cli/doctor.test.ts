import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { version } from "../../src/platform/version.ts";
import { withMailServer } from "../support/mail-server.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { newFolder } from "./commands.ts";
import { command } from "./in-process.ts";

/** As with `npm start`, the umask closes every file; the one of this process does not. */
async function startOwn(): Promise<Roster> {
  const on = await startRoster();
  for (const name of readdirSync(on.dataDir)) chmodSync(join(on.dataDir, name), name === "outbox" ? 0o700 : 0o600);
  return on;
}

const has = (state: string, about: string, says: string) => expect.stringMatching(`^${state} +${about}: .*${says}`);

test("doctor finds nothing wrong with a healthy installation and its mail server, and sends nothing", async () => {
  await withMailServer(async (server) => {
    const on = await startOwn();
    try {
      const settings = { MIN_FREE_DISK: "0", BASE_URL: "https://roster.example.com", SMTP_URL: server.url };
      const { code, out, err } = await command(on.dataDir, ["doctor"], { settings });
      const lines = out.trimEnd().split("\n");
      expect([code, err, lines.filter((line) => line.startsWith("problem"))]).toEqual([0, "", []]);
      for (const line of [
        has("ok", "versions", `Roster ${version}, Node\\.js v26`),
        has("ok", "settings", ""),
        has("ok", "database", "has the current version"),
        has("ok", "mail", "accepts the connection and the log-in"),
        has("ok", "disk", "has [\\d,]+ MB free"),
        has("ok", "clock", "UTC"),
      ])
        expect(lines).toEqual(expect.arrayContaining([line]));
      expect(server.received).toEqual([]);
    } finally {
      await on.close();
    }
  });
});

test("doctor --send-mail sends one mail with the settings and says whether the server accepted it", async () => {
  await withMailServer(async (server) => {
    const dataDir = newFolder();
    const args = ["doctor", "--send-mail", "ada@example.com"];
    const settings = { SMTP_URL: server.url, MAIL_FROM: "Roster <roster@example.com>" };
    const accepted = await command(dataDir, args, { settings });
    expect(accepted.out.split("\n")).toEqual(
      expect.arrayContaining([has("ok", "mail", "accepted a test email to ada@example\\.com")]),
    );
    expect(server.received.map(({ to, mail }) => [to, mail.from?.text, mail.subject])).toEqual([
      [["ada@example.com"], expect.stringContaining("roster@example.com"), "Test email from Roster"],
    ]);
    server.behave({ recipient: "550 no such mailbox" });
    const refused = await command(dataDir, args, { settings });
    expect([refused.code, refused.out.split("\n")]).toEqual([
      1,
      expect.arrayContaining([has("problem", "mail", "did not accept a test email: .*550 no such mailbox")]),
    ]);
    const inFile = await command(dataDir, args);
    expect(inFile.out.split("\n")).toEqual(
      expect.arrayContaining([has("warning", "mail", "SMTP_URL is empty: the test email is a file in ")]),
    );
    expect(readdirSync(join(dataDir, "outbox"))).toHaveLength(1);
    expect((await command(dataDir, ["doctor", "--send-mail", "ada"])).err).toMatch(
      /^--send-mail: Enter an email address/,
    );
  });
});

test("doctor names each problem, in lines and as JSON, and exits with 1", async () => {
  const on = await startOwn();
  try {
    await on.db("activity").insert({
      ...{ at: "2999-01-01T00:00:00.000Z", actor_kind: "system", action: "user.confirmed", changes: "{}" },
      organization_id: (await on.db("organizations").first("id")).id,
    });
    chmodSync(join(on.dataDir, "session-secret"), 0o644);
    const settings = { MIN_FREE_DISK: "1000000", SMTP_URL: "smtp://user:private@127.0.0.1:1" };
    const { code, out } = await command(on.dataDir, ["doctor"], { settings });
    const problems = out.split("\n").filter((line) => line.startsWith("problem"));
    expect([code, problems.length]).toEqual([1, 4]);
    for (const line of [
      has("problem", "files", "session-secret. Run chmod go= "),
      has("problem", "mail", "127\\.0\\.0\\.1:1: .*ECONNREFUSED"),
      has("problem", "disk", "Roster needs"),
      has("problem", "clock", "2999"),
    ])
      expect(problems).toEqual(expect.arrayContaining([line]));
    expect(out).not.toContain("private");
    const json = await command(on.dataDir, ["doctor", "--json"], { settings });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out).data[0]).toEqual({ about: "versions", state: "ok", says: expect.any(String) });
  } finally {
    await on.close();
  }
});

test("doctor says which settings are wrong, and that there is no database yet", async () => {
  const wrong = await command(newFolder(), ["doctor"], { settings: { PORT: "x", SESSION_MAX: "1" } });
  expect([wrong.code, wrong.out.match(/^problem +settings: (PORT|SESSION_MAX): /gm)?.length]).toEqual([1, 2]);
  const fresh = await command(newFolder(), ["doctor"], { settings: { MIN_FREE_DISK: "0" } });
  expect([fresh.code, fresh.out]).toEqual([0, expect.stringMatching(/^warning +database: does not exist yet/m)]);
});
