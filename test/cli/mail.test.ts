import { expect, test } from "@jest/globals";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { withMailServer } from "../support/mail-server.ts";
import { historyOf } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";
import { refusal } from "./commands.ts";
import { command } from "./in-process.ts";

// list-mail and retry-mail while a server runs, whose mail server refuses everything at first.

const subject = "The second factor of your Roster account was removed";

async function withFailedMails(work: (on: Roster, server: { received: unknown[] }) => Promise<void>): Promise<void> {
  await withMailServer(async (server) => {
    const on = await startRoster({ SMTP_URL: server.url });
    try {
      for (const [name, manner] of [
        ["mia", { recipient: "550 5.1.1 no mailbox for mia@example.com" }],
        ["max", { recipient: "451 come back later" }],
      ] as const) {
        await giveSecondFactor(on, on.people[name]);
        const { code } = await command(on.dataDir, ["remove-second-factor", "--email", on.people[name].email]);
        expect(code).toBe(0);
        server.behave(manner);
        await on.deps.mailer.settled();
      }
      server.behave("takes");
      await work(on, server);
    } finally {
      await on.close();
    }
  });
}

test("list-mail shows waiting and failed mails, in lines and as JSON", async () => {
  await withFailedMails(async ({ dataDir, db, people }) => {
    const { code, out, err } = await command(dataDir, ["list-mail"]);
    expect([code, err]).toEqual([0, ""]);
    const [mia = "", max = "", ...more] = out.trimEnd().split("\n");
    expect(mia).toMatch(
      new RegExp(
        `^\\d+ {2}mia@example\\.com {2}"${subject}" {2}tries: 1, failed 2.*\\(The mail server refused .*; last reply: .*550`,
      ),
    );
    expect([max, more]).toEqual([expect.stringMatching(/^\d+ {2}max@example\.com .*tries: 1, next try 2.*451/), []]);
    const [first, second] = await db("deliveries").orderBy("id");
    const json = JSON.parse((await command(dataDir, ["list-mail", "--json"])).out);
    expect(json).toEqual({
      data: [
        {
          id: first.id,
          userId: people.mia.id,
          address: "mia@example.com",
          subject,
          createdAt: first.created_at,
          nextTryAt: first.next_try_at,
          tries: 1,
          lastError: expect.stringContaining("550"),
          failedAt: first.failed_at,
          failure: "refused",
          hasText: true,
          state: "failed",
        },
        expect.objectContaining({ id: second.id, state: "waiting", failure: null, failedAt: null }),
      ],
    });
    expect((await command(dataDir, ["list-mail", "--failed"])).out).toBe(`${mia}\n`);
    await db("deliveries").del();
    expect((await command(dataDir, ["list-mail"])).out).toBe("No queued or failed emails.\n");
    expect((await command(dataDir, ["list-mail", "--failed", "--json"])).out).toBe('{"data":[]}\n');
  });
});

test("retry-mail sends one mail or all failed ones, and the history names the operator", async () => {
  await withFailedMails(async (on, { received }) => {
    const [first, second] = await on.db("deliveries").orderBy("id");
    const all = await command(on.dataDir, ["retry-mail", "--failed"]);
    expect(all).toEqual({
      code: 0,
      out: `Email ${first.id} to mia@example.com is queued to be sent again.\n`,
      err: "",
    });
    await on.deps.mailer.settled();
    expect(received).toEqual([expect.objectContaining({ to: ["mia@example.com"], accepted: true })]);
    const one = await command(on.dataDir, ["retry-mail", String(second.id), "--json"]);
    expect(JSON.parse(one.out)).toEqual({ data: [{ id: second.id, address: "max@example.com", subject }] });
    await on.deps.mailer.settled();
    expect(received).toHaveLength(2);
    const rows = await on.db("activity").where({ action: "mail.requeued" }).orderBy("id");
    expect(rows.map(({ actor_kind, command, subject_id }) => [actor_kind, command, subject_id])).toEqual([
      ["operator", "retry-mail", on.people.mia.id],
      ["operator", "retry-mail", on.people.max.id],
    ]);
    expect((await historyOf(on, on.people.mia, "mail.requeued")).map(({ changes }) => changes)).toEqual([
      { mail: { before: null, after: subject } },
    ]);
    expect(refusal(await command(on.dataDir, ["retry-mail", String(first.id)]))).toMatch(
      /^No queued or failed email has the ID \d+$/,
    );
    expect((await command(on.dataDir, ["retry-mail", "--failed"])).out).toBe("No failed emails.\n");
  });
});

/** Mia asked for a reset link, which the mail server refused for good. */
async function withRefusedLink(work: (on: Roster, server: { received: unknown[] }, id: number) => Promise<void>) {
  await withMailServer(async (server) => {
    const on = await startRoster({ SMTP_URL: server.url });
    try {
      server.behave({ recipient: "550 no" });
      await visit(on).submit("/forgot-password", { email: "mia@example.com" });
      await afterResponseSettled();
      await on.deps.mailer.settled();
      server.behave("takes");
      const [{ id }] = await on.db("deliveries");
      await work(on, server, id);
    } finally {
      await on.close();
    }
  });
}

test("list-mail marks a refused reset link, and retry-mail replaces it by a new one that works", async () => {
  await withRefusedLink(async (on, { received }, id) => {
    expect((await command(on.dataDir, ["list-mail"])).out).toMatch(
      /; its link no longer works, retry-mail sends a new one/,
    );
    const settings = { BASE_URL: on.url };
    const { code, out } = await command(on.dataDir, ["retry-mail", "--failed"], { settings });
    expect([code, out]).toEqual([0, `Email ${id} to mia@example.com was replaced by one with a new link.\n`]);
    await on.deps.mailer.settled();
    expect(received).toHaveLength(1);
    const [link = ""] = /http:\S+\/reset-password\/[\w-]{43}/.exec(JSON.stringify(received)) ?? [];
    expect((await fetch(link)).status).toBe(200);
    const rows = await on.db("activity").where({ action: "reset-link.requested" }).orderBy("id").pluck("actor_kind");
    expect(rows).toEqual(["visitor", "operator"]);
    expect((await command(on.dataDir, ["list-mail"])).out).toBe("No queued or failed emails.\n");
  });
});

test("retry-mail says why a refused reset link is not replaced", async () => {
  await withRefusedLink(async (on, { received }, id) => {
    await logIn(on, "mia");
    const all = await command(on.dataDir, ["retry-mail", "--failed"]);
    const reason = `Email ${id} to mia@example.com was not queued: its link no longer works, and the user has logged in since.`;
    expect([all.code, all.out]).toEqual([0, `${reason}\n`]);
    expect(refusal(await command(on.dataDir, ["retry-mail", String(id)]))).toBe(reason);
    await on.db("users").where({ email: "mia@example.com" }).update({ status: "inactive" });
    expect((await command(on.dataDir, ["retry-mail", "--failed"])).out).toMatch(/, and the user is inactive\.$/m);
    expect(received).toEqual([]);
  });
});

test("retry-mail refuses a wrong number and unclear options", async () => {
  await withMailServer(async (server) => {
    const on = await startRoster({ SMTP_URL: server.url });
    try {
      server.behave({ recipient: "550 no" });
      await visit(on).submit("/forgot-password", { email: "mia@example.com" });
      await afterResponseSettled();
      await on.deps.mailer.settled();
      const [{ id }] = await on.db("deliveries");
      const wishes = [["0"], ["x"], ["99"], [], ["--failed", String(id)], ["--failed=yes"], ["--all"]];
      const refusals = await Promise.all(wishes.map((wish) => command(on.dataDir, ["retry-mail", ...wish])));
      expect(refusals.map(refusal)).toEqual([
        "Enter the ID of an email, as list-mail shows it",
        "Enter the ID of an email, as list-mail shows it",
        "No queued or failed email has the ID 99",
        "Enter the ID of an email, or --failed",
        "Enter the ID of an email, or --failed",
        "--failed: This option takes no value",
        "Unknown option --all. The options are: --failed, --json, --help",
      ]);
      expect(await on.db("activity").where({ action: "mail.requeued" })).toEqual([]);
    } finally {
      await on.close();
    }
  });
});

test("list-mail and retry-mail have a help text", async () => {
  for (const [name, line] of [
    ["list-mail", "npm run roster -- list-mail [--failed]"],
    ["retry-mail", "npm run roster -- retry-mail [--failed] [ID]"],
  ] as const) {
    const { code, out } = await command("unused", [name, "--help"]);
    expect([code, out.split("\n")[0]]).toEqual([0, line]);
  }
});
