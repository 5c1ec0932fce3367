import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { mailChannel } from "../../src/mail/delivery.ts";
import { deleteOldDeliveries } from "../../src/outbox/queries.ts";
import { createDeliveryWorker } from "../../src/outbox/worker.ts";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import { timestampIn } from "../../src/platform/time.ts";
import { eventually } from "../support/eventually.ts";
import { words } from "../support/html.ts";
import { type MailServer, withMailServer } from "../support/mail-server.ts";
import { outbox } from "../support/outbox.ts";
import { historyOf } from "../support/records.ts";
import { refuseWrites } from "../support/refusing.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, visit } from "../support/visitor.ts";

// What becomes of mails while the mail server refuses, hangs, disconnects, is away and comes back.

const [minute, hour] = [60_000, 3_600_000];
const subject = "The second factor of your Roster account was removed";

type Clocked = Roster & {
  /** Lets this much time pass for the mails. */
  pass: (milliseconds: number) => Promise<void>;
};

/** A Roster that sends by this server, with its own clock. */
async function withRoster(
  { url }: Pick<MailServer, "url">,
  work: (roster: Clocked) => Promise<void>,
  settings: Record<string, string> = {},
): Promise<void> {
  let ahead = 0;
  const started = await startRoster({ SMTP_URL: url, ...settings }, { now: () => Date.now() + ahead });
  const pass = async (milliseconds: number): Promise<void> => {
    ahead += milliseconds;
    await started.deps.mailer.settled();
  };
  try {
    await work({ ...started, pass });
  } finally {
    await started.close();
  }
}

/** Changes something that the user is informed of by mail. */
async function tell(roster: Roster, name: "mia" | "max" = "mia"): Promise<void> {
  await giveSecondFactor(roster, roster.people[name]);
  const ada = await logIn(roster, "ada");
  const answer = await ada.submit(`/admin/managers/${roster.people[name].id}/second-factor`, {});
  expect(answer.status).toBe(303);
}
async function askForLink(roster: Roster): Promise<void> {
  await visit(roster).submit("/forgot-password", { email: "mia@example.com" });
  await afterResponseSettled();
}
const onlyMail = async ({ db }: Roster) => {
  const rows = await db("deliveries");
  expect(rows).toHaveLength(1);
  return rows[0];
};
const profileOf = async (roster: Roster): Promise<string> =>
  words((await (await logIn(roster, "ada")).get(`/admin/managers/${roster.people.mia.id}`)).text);
const minutesBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / minute);

test.each([
  ['Acme: Support; [EU], "people" <support@acme.example>', 'Acme: Support; [EU], "people"'],
  ['"Acme (Support)" <support@acme.example>', "Acme (Support)"],
  ["Zoë <support@acme.example>", "Zoë"],
  ["support@acme.example", ""],
])("MAIL_FROM %s becomes the sender of a mail", async (from, name) => {
  await withMailServer(async (server) => {
    await withRoster(
      server,
      async (roster) => {
        await tell(roster);
        await roster.deps.mailer.settled();
        expect(server.received.map(({ mail }) => mail.from?.value)).toEqual([
          [{ name, address: "support@acme.example" }],
        ]);
      },
      { MAIL_FROM: from },
    );
  });
});

test("a mail is sent once, then its text is removed, and after 30 days its row", async () => {
  await withMailServer(async (server) => {
    await withRoster(server, async (roster) => {
      await tell(roster);
      await roster.deps.mailer.settled();
      const row = await onlyMail(roster);
      expect(row).toMatchObject({
        address: "mia@example.com",
        subject,
        text: null,
        encrypted_text: null,
        failed_at: null,
      });
      expect(server.received).toEqual([expect.objectContaining({ to: ["mia@example.com"], accepted: true })]);
      expect(server.received[0]?.mail.messageId).toBe(`<${row.uid}@localhost>`);
      await roster.pass(100 * hour);
      expect(server.received).toHaveLength(1);
      expect(await profileOf(roster)).not.toContain("The mail “");
      for (const [days, left] of [
        [30, 1],
        [-1, 0],
      ] as const) {
        await deleteOldDeliveries(roster.db, timestampIn(-days * 24 * hour));
        expect(await roster.db("deliveries")).toHaveLength(left);
      }
    });
  });
});

test("a mail says that a program wrote it, so that no one answers automatically (RFC 3834), sent or written as a file", async () => {
  await withMailServer(async (server) => {
    await withRoster(server, async (roster) => {
      await tell(roster);
      await askForLink(roster);
      await roster.deps.mailer.settled();
      const headers = server.received.map(({ mail }) => mail.headers.get("auto-submitted"));
      expect(headers).toEqual(["auto-generated", "auto-generated"]);
    });
  });
  const roster = await startRoster();
  await tell(roster);
  await roster.deps.mailer.settled();
  const folder = join(roster.dataDir, "outbox");
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  await roster.close();
  expect(files).toEqual([expect.stringMatching(/^Auto-Submitted: auto-generated$/m)]);
});

test("a mail exists from the change on, and not if the change was undone", async () => {
  await withMailServer(async (server) => {
    await server.goAway();
    await withRoster(server, async ({ db, deps, people }) => {
      const message = {
        userId: people.mia.id,
        to: "mia@example.com",
        write: () => ({ subject: "Hello", text: "Hello" }),
      };
      const undone = db.transaction(async (trx) => {
        await trx.transaction((inner) => deps.mailer.enqueue(inner, message));
        expect(await trx("deliveries")).toHaveLength(1);
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
      await deps.mailer.settled();
      expect(await db("deliveries")).toEqual([]);
    });
  });
});

describe("a mail server", () => {
  test("that is away for hours gets everything when it is back, after growing pauses", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await tell(roster);
        await tell(roster, "max");
        const pauses: number[] = [];
        await roster.deps.mailer.settled();
        for (let i = 0; i < 12; i++) {
          const row = await roster.db("deliveries").first();
          const pause = Date.parse(row.next_try_at) - Date.parse(row.created_at);
          pauses.push(Math.round((pause - pauses.reduce((sum, each) => sum + each * minute, 0)) / minute));
          await roster.pass((pauses.at(-1) ?? 0) * minute);
        }
        expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
        expect(await profileOf(roster)).toContain(
          `The email “${subject}” could not be sent yet. Roster will try again.`,
        );
        await server.comeBack();
        await roster.pass(6 * hour);
        expect(server.received.map(({ to }) => to[0]).sort()).toEqual(["max@example.com", "mia@example.com"]);
        expect(await profileOf(roster)).not.toContain("The mail “");
        expect(await historyOf(roster, roster.people.mia, "mail.failed")).toEqual([]);
        expect(roster.log()).not.toContain("mia@example.com");
      });
    });
  });

  test("that is away for three days fails the mail, in history and on the profile", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await tell(roster);
        await roster.deps.mailer.settled();
        const tries = new Set<number>();
        for (let hours = 0; hours < 74; hours++) {
          await roster.pass(hour);
          tries.add((await onlyMail(roster)).tries);
        }
        const row = await onlyMail(roster);
        expect(row).toMatchObject({
          failure: "given-up",
          sent_at: null,
          last_error: expect.stringContaining("ECONNREF"),
        });
        expect(minutesBetween(row.created_at, row.failed_at) / 60).toBeGreaterThanOrEqual(72);
        expect(row.tries).toBeGreaterThan(15);
        expect(await historyOf(roster, roster.people.mia, "mail.failed")).toEqual([
          {
            action: "mail.failed",
            by: null,
            changes: { mail: { before: null, after: subject }, failure: { before: null, after: "given-up" } },
          },
        ]);
        const page = await profileOf(roster);
        expect(page).toContain(`The email “${subject}” was not sent: Roster tried for three days.`);
        expect(page).toContain("Ask the person who runs Roster");
        expect(page).toContain("Email not sent");
        await server.comeBack();
        await roster.pass(24 * hour);
        expect(server.received).toEqual([]);
      });
    });
  });

  test.each([
    ["the recipient", { recipient: "550 5.1.1 <mia@example.com>: mia is not known, mia@example.com" }],
    ["the message", { message: "554 no spam here" }],
  ])("that refuses %s permanently is not asked again, and the log has no email", async (_what, manner) => {
    await withMailServer(async (server) => {
      server.behave(manner);
      await withRoster(server, async (roster) => {
        await tell(roster);
        await roster.deps.mailer.settled();
        expect(await onlyMail(roster)).toMatchObject({
          tries: 1,
          failure: "refused",
          text: expect.stringContaining("Mia"),
        });
        server.behave("takes");
        await roster.pass(10 * hour);
        expect(server.received.filter(({ accepted }) => accepted)).toEqual([]);
        expect(await profileOf(roster)).toContain("was not sent: the mail server refused this address");
        const lines = roster.log().split("\n");
        expect(lines.filter((line) => line.includes("a mail could not be sent"))).toHaveLength(1);
        expect(roster.log()).not.toMatch(/mia@example|\bmia\b/);
        expect((await onlyMail(roster)).last_error).not.toMatch(/mia@example|\bmia\b/);
        await tell(roster);
        await roster.deps.mailer.settled();
        expect(await profileOf(roster)).not.toContain("The mail “");
      });
    });
  });

  test.each([
    ["for now", { recipient: "451 4.7.1 greylisted" }],
    ["until the client logs in", { recipient: "530 5.7.0 authentication required" }],
    ["by a rule about us", { message: "550 5.7.26 not authenticated" }],
    ["by hanging up with the whole message", "drops" as const],
  ])("that refuses %s gets the mail again with the same Message-ID", async (_what, manner) => {
    await withMailServer(async (server) => {
      server.behave(manner);
      await withRoster(server, async (roster) => {
        await tell(roster);
        await roster.deps.mailer.settled();
        expect(await onlyMail(roster)).toMatchObject({ tries: 1, failed_at: null, sent_at: null });
        server.behave("takes");
        await roster.pass(minute);
        const { uid, tries, sent_at } = await onlyMail(roster);
        expect([tries, sent_at]).toEqual([2, expect.any(String)]);
        expect(server.received.filter(({ accepted }) => accepted)).toHaveLength(1);
        expect(new Set(server.received.map(({ mail }) => mail.messageId))).toEqual(new Set([`<${uid}@localhost>`]));
      });
    });
  });

  test("that hangs blocks nothing, and stopping Roster keeps the mail for later", async () => {
    await withMailServer(async (server) => {
      server.behave("hangs");
      await withRoster(server, async (roster) => {
        for (let i = 0; i < 3; i++) for (const name of ["mia", "max"] as const) await tell(roster, name);
        const claimed = () => roster.db("deliveries").whereNot({ claimed_by: "" });
        // One to each address.
        const two = await eventually(async () => (await claimed()).length === 2 && claimed());
        expect(await profileOf(roster)).toContain("Mia");
        await roster.deps.mailer.stop(10);
        expect(await claimed()).toEqual([]);
        expect(await roster.db("deliveries").whereNull("sent_at").whereNull("failed_at")).toHaveLength(6);
        expect(two.map(({ tries }) => tries)).toEqual([0, 0]);
      });
    });
  });

  test("that two processes send to gets each mail once", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        for (let i = 0; i < 5; i++) await tell(roster);
        await roster.deps.mailer.settled();
        await server.comeBack();
        const { config, logger, db } = roster.deps;
        const now = (milliseconds = 0): string => timestampIn(milliseconds + 10 * minute);
        const channel = mailChannel(config);
        const workers = [1, 2, 3].map(() =>
          createDeliveryWorker({ db, channel, secrets: config.sessionSecrets, logger, now }),
        );
        await Promise.all(workers.map((worker) => worker.settled()));
        await Promise.all(workers.map((worker) => worker.stop()));
        expect(server.received.map(({ mail }) => mail.messageId)).toHaveLength(5);
        expect(new Set(server.received.map(({ mail }) => mail.messageId)).size).toBe(5);
      });
    });
  });
});

describe("a reset link in a waiting mail", () => {
  test("is not readable in the data file, and its sealed text is removed once the mail is sent", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await askForLink(roster);
        await roster.deps.mailer.settled();
        const row = await onlyMail(roster);
        expect([row.text, row.tries]).toEqual([null, 1]);
        await server.comeBack();
        await roster.pass(minute);
        const [, token = "missing"] = /reset-password\/([\w-]{43})/.exec(server.received[0]?.mail.text ?? "") ?? [];
        expect((await visit(roster).get(`/reset-password/${token}`)).status).toBe(200);
        expect(JSON.stringify(row) + roster.log()).not.toContain(token);
        expect(await onlyMail(roster)).toMatchObject({ text: null, encrypted_text: null, failed_at: null });
      });
    });
  });

  test("is not sent after it has expired, and its text is removed", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await askForLink(roster);
        await roster.deps.mailer.settled();
        for (let i = 0; i < 29; i++) await roster.pass(minute);
        expect(await onlyMail(roster)).toMatchObject({ failed_at: null, encrypted_text: expect.any(String) });
        await server.comeBack();
        await roster.pass(minute);
        expect(await onlyMail(roster)).toMatchObject({ failure: "expired", text: null, encrypted_text: null });
        expect(server.received).toEqual([]);
        expect(await profileOf(roster)).toContain("was not sent before its link expired");
      });
    });
  });

  const word = "rhubarb-kiosk-violet-31";
  test.each<[string, string, Record<string, string>]>([
    ["a new email", "personal-information", { email: "mia.other@example.com" }],
    ["a new password", "password", { password: word, confirmPassword: word }],
    ["a deactivation", "status", {}],
  ])("is removed with its mail at %s", async (_what, part, fields) => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await askForLink(roster);
        await roster.deps.mailer.settled();
        expect(await roster.db("deliveries").whereNotNull("encrypted_text")).toHaveLength(1);
        const ada = await logIn(roster, "ada");
        const answer = await ada.submit(`/admin/managers/${roster.people.mia.id}/${part}`, fields);
        expect(answer.status).toBe(303);
        expect(await roster.db("deliveries").where({ subject: "Choose a new password for Roster" })).toEqual([]);
      });
    });
  });

  test("is not sent under another SESSION_SECRET, and an Admin sees that", async () => {
    await withMailServer(async (server) => {
      await server.goAway();
      await withRoster(server, async (roster) => {
        await askForLink(roster);
        await roster.deps.mailer.settled();
        await roster.db("deliveries").update({ encrypted_text: "sealed-otherwise".repeat(9) });
        await server.comeBack();
        await roster.pass(minute);
        expect(await onlyMail(roster)).toMatchObject({ failure: "unreadable", encrypted_text: null });
        expect(await profileOf(roster)).toContain("the link in it can’t be read anymore");
      });
    });
  });

  test("is not logged if the mail server repeats it", async () => {
    await withMailServer(async (server) => {
      await withRoster(server, async (roster) => {
        const token = "a-Secret_".repeat(5).slice(0, 43);
        server.behave({ message: `554 blocked: http://roster.example/reset-password/${token}` });
        await askForLink(roster);
        await roster.deps.mailer.settled();
        expect(roster.log()).toContain("blocked");
        expect(roster.log() + JSON.stringify(await onlyMail(roster))).not.toContain(token);
      });
    });
  });
});

test("a mail is not sent twice if the disk is full after the mail server has accepted it", async () => {
  await withMailServer(async (server) => {
    await withRoster(server, async (roster) => {
      const allow = await refuseWrites(roster.db, "update", "deliveries", { when: "new.sent_at is not null" });
      await tell(roster);
      await roster.deps.mailer.settled();
      await roster.pass(hour);
      await roster.pass(hour);
      expect([server.received.length, (await onlyMail(roster)).sent_at]).toEqual([1, null]);
      await allow();
      await roster.deps.mailer.settled();
      expect([server.received.length, (await onlyMail(roster)).sent_at]).toEqual([1, expect.any(String)]);
    });
  });
});

test("mails that could not be written to the outbox are written when it is possible again", async () => {
  let ahead = 0;
  const roster = await startRoster({}, { now: () => Date.now() + ahead });
  const folder = join(roster.dataDir, "outbox");
  try {
    writeFileSync(folder, "a file where the folder should be");
    await tell(roster);
    await roster.deps.mailer.settled();
    expect(await onlyMail(roster)).toMatchObject({ tries: 1, sent_at: null });
    rmSync(folder);
    ahead += minute;
    expect(await outbox(roster)).toEqual([expect.objectContaining({ to: "mia@example.com", subject })]);
    expect(existsSync(folder) && readdirSync(folder).every((name) => name.endsWith(".eml"))).toBe(true);
  } finally {
    await roster.close();
  }
});
