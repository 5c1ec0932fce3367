import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { simpleParser } from "mailparser";
import { afterResponseSettled, runAfterResponse } from "../../src/platform/run-after-response.ts";
import { hashToken } from "../../src/platform/secrets.ts";
import { eventually } from "../support/eventually.ts";
import { passTime } from "../support/guessing.ts";
import { errorsOf, headings } from "../support/html.ts";
import { type MailServer, type Manner, withMailServer } from "../support/mail-server.ts";
import { outbox } from "../support/outbox.ts";
import { addUser } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;

beforeAll(async () => {
  roster = await startRoster();
});
beforeEach(() => roster.db("throttles").del());
afterAll(() => roster.close());

const ask = (email: string | string[], on: Pick<Roster, "url"> = roster) =>
  visit(on).submit("/forgot-password", { email });
/** The mails that these requests sent. A last one, for Max, shows that all have arrived. */
async function mailsFor(...addresses: (string | string[])[]) {
  await afterResponseSettled();
  await roster.deps.mailer.settled();
  const before = (await outbox(roster)).length;
  await roster
    .db("throttles")
    .where({ key: `reset:${hashToken("max@example.com")}` })
    .del();
  for (const address of [...addresses, "max@example.com"]) await ask(address);
  await afterResponseSettled();
  const isLast = (mail: { to: string } | undefined) => mail?.to === "max@example.com";
  const mails = await eventually(async () => {
    const mails = (await outbox(roster)).slice(before);
    return mails.some(isLast) && mails;
  });
  return mails.filter((mail) => !isLast(mail));
}
const linkIn = (text: string) => /^(http\S+)\/reset-password\/([\w-]{43})$/m.exec(text) ?? [];

test("a reset mail is a file in the outbox that only its owner can read, with a link valid for 30 minutes", async () => {
  const [mail] = await mailsFor("mia@example.com");
  expect(mail).toMatchObject({ to: "mia@example.com", subject: "Choose a new password for Roster" });
  const [, start, token = ""] = linkIn(mail?.text ?? "");
  expect(start).toBe(roster.deps.config.baseUrl);
  const links = await roster.db("one_time_links").where({ user_id: roster.people.mia.id });
  expect(links).toEqual([expect.objectContaining({ token_hash: hashToken(token), purpose: "reset" })]);
  const minutes = (Date.parse(links[0].expires_at) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(29);
  expect(minutes).toBeLessThanOrEqual(30);
  expect(mail?.text).toContain("within 30 minutes");

  const folder = join(roster.dataDir, "outbox");
  const [file = ""] = readdirSync(folder);
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect([mode(folder), mode(join(folder, file)), file.endsWith(".eml")]).toEqual(["700", "600", true]);
  const raw = readFileSync(join(folder, file), "utf8");
  expect(raw).toMatch(/^Content-Transfer-Encoding: quoted-printable$/m);
  expect((await simpleParser(raw)).from?.text).toBe(`"Roster" <roster@localhost>`);
});

test("asking for a reset link writes a row of history without an actor", async () => {
  const { mia } = roster.people;
  await mailsFor("mia@example.com");
  const row = await roster.db("activity").where({ subject_id: mia.id }).orderBy("id", "desc").first();
  expect(row).toMatchObject({ action: "reset-link.requested", actor_kind: "visitor", actor_id: null, changes: "{}" });
});

test("asking for a reset link gets the same answer for every email and does not repeat it", async () => {
  const answers = [];
  for (const email of ["mia@example.com", "nobody@example.com", "ian@example.com", "no address", "mia@example.com\0"]) {
    const { status, text } = await ask(email);
    expect(text).not.toContain(email);
    expect(headings(text, 1)).toEqual(["Check your email"]);
    answers.push({ status, text });
  }
  for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 200 });
});

test.each([
  ["an unknown email", "nobody@example.com"],
  ["an inactive user's email", "ian@example.com"],
  ["two emails in one field", "mia@example.com,thief@evil.example"],
  ["two emails in one field, on two lines", "mia@example.com\nthief@evil.example"],
  ["a name around the email", "Mia <mia@example.com>"],
  ["a field sent twice (CVE-2023-7028)", ["mia@example.com", "thief@evil.example"]],
  ["a look-alike letter (CVE-2019-19844)", "mıa@example.com"],
  ["another look-alike letter", "mia@exämple.com"],
  ["a pattern", "%@example.com"],
])("asking for a reset link with %s sends no mail", async (_, address) => {
  expect(await mailsFor(address)).toEqual([]);
});

test.each([
  ["capitals", "MIA@Example.COM"],
  ["spaces around it", "  mia@example.com "],
])("an email with %s finds the user", async (_, typed) => {
  expect(await mailsFor(typed)).toEqual([expect.objectContaining({ to: "mia@example.com" })]);
});

test("an email with a look-alike letter that folds to a stored email sends the mail only to the stored one", async () => {
  await addUser(roster.deps, { email: "kim@example.com" });
  const mails = await mailsFor("\u212Aim@example.com", "kİm@example.com");
  expect(mails.filter(({ to }) => to !== "kim@example.com")).toEqual([]);
});

test.each([
  ["nothing", ""],
  ["spaces", "  "],
  ["a field sent twice", ["mia@example.com", "thief@evil.example"]],
])("asking for a reset link with %s is an error", async (_, email) => {
  const answer = await ask(email);
  expect(answer.status).toBe(422);
  expect(errorsOf(answer.text)).toEqual({ email: "Enter your email address" });
});

test("a reset link is built from BASE_URL, whatever the request's headers say", async () => {
  const visitor = visit(roster);
  const _csrf = await visitor.token("/forgot-password");
  await visitor
    .post("/forgot-password", { _csrf, email: "mia@example.com" })
    .set({ Host: "evil.example", "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example" });
  const [mail] = await mailsFor();
  const mails = mail ? [mail] : (await outbox(roster)).slice(-2);
  expect(JSON.stringify(mails)).not.toContain("evil.example");
  expect(linkIn(mails.find(({ to }) => to === "mia@example.com")?.text ?? "")[1]).toBe(roster.deps.config.baseUrl);
});

test("an email gets at most three reset mails in half an hour, however it is typed, and the page does not say so", async () => {
  const typed = ["mia@example.com", "MIA@example.com", " mia@example.com", "Mia@Example.com", "mia@example.com"];
  expect(await mailsFor(...typed)).toHaveLength(3);
  expect((await ask("mia@example.com")).status).toBe(200);
  await afterResponseSettled();
  await passTime(roster, 29 * 60_000);
  expect(await mailsFor("mia@example.com")).toHaveLength(0);
  await passTime(roster, 60_000);
  expect(await mailsFor("mia@example.com")).toHaveLength(1);
});

test("the last mail before the limit has a link that works until the next mail is possible", async () => {
  const mails = await mailsFor("mia@example.com", "mia@example.com", "mia@example.com");
  const [, , token = ""] = linkIn(mails.at(-1)?.text ?? "");
  const [link] = await roster.db("one_time_links").where({ token_hash: hashToken(token) });
  const count = await roster
    .db("throttles")
    .where({ key: `reset:${hashToken("mia@example.com")}` })
    .first();
  expect(link.expires_at >= count.resets_at).toBe(true);
});

test("a network gets at most thirty reset mails an hour for all emails, and the page does not say so", async () => {
  for (let i = 0; i < 29; i++) await ask(`${i}@example.com`);
  const before = (await outbox(roster)).length;
  const answers = [await ask("mia@example.com"), await ask("ada@example.com")];
  await afterResponseSettled();
  await roster.deps.mailer.settled();
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await outbox(roster)).slice(before)).toEqual([expect.objectContaining({ to: "mia@example.com" })]);
});

test("the log contains neither the token of a reset link nor an email", async () => {
  const [mail] = await mailsFor("mia@example.com");
  const [, , token = "missing"] = linkIn(mail?.text ?? "");
  await visit(roster).get(`/reset-password/${token}`);
  expect(roster.log()).toContain("/reset-password/:token");
  for (const secret of [token, hashToken(token), "mia@example.com"]) expect(roster.log()).not.toContain(secret);
});

describe("with a mail server", () => {
  async function withServer(manner: Manner, work: (on: Roster, server: MailServer) => Promise<void>): Promise<void> {
    await withMailServer(async (server) => {
      server.behave(manner);
      const on = await startRoster({
        SMTP_URL: server.url,
        MAIL_FROM: "Accounts <accounts@acme.example>",
        BASE_URL: "http://roster.acme.example",
      });
      try {
        await work(on, server);
      } finally {
        await on.close();
      }
    });
  }

  test("a reset mail goes there, to one recipient, and no file is written", async () => {
    await withServer("takes", async (on, { received }) => {
      await ask("MIA@example.com", on);
      const { to: envelope, mail } = await eventually(() => received[0]);
      expect(envelope).toEqual(["mia@example.com"]);
      const { from, to, text = "" } = mail;
      expect([from?.text, [to].flat()[0]?.text]).toEqual([`"Accounts" <accounts@acme.example>`, "mia@example.com"]);
      expect(linkIn(text)[1]).toBe("http://roster.acme.example");
      expect(readdirSync(on.dataDir)).not.toContain("outbox");
    });
  });

  test("a refused reset mail is logged without its recipient, and the page does not show it", async () => {
    await withServer({ recipient: "550 no such mailbox mia@example.com" }, async (on) => {
      expect((await ask("mia@example.com", on)).status).toBe(200);
      await eventually(() => on.log().includes("a mail could not be sent"));
      expect(on.log()).not.toContain("mia@example.com");
    });
  });
});

test("an outbox that cannot be written is logged, and the page does not show it", async () => {
  const on = await startRoster();
  writeFileSync(join(on.dataDir, "outbox"), "a file where the folder should be");
  try {
    expect((await ask("mia@example.com", on)).status).toBe(200);
    await eventually(() => on.log().includes("a mail could not be sent"));
    expect(on.log()).not.toContain("mia@example.com");
  } finally {
    await on.close();
  }
});

test("while too many requests wait, asking for a reset link answers 503 for every email", async () => {
  await afterResponseSettled();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  while (runAfterResponse(() => released));
  const answers = await Promise.all(
    ["mia@example.com", "ian@example.com", "nobody@example.com"].map((one) => ask(one)),
  );
  release();
  await afterResponseSettled();
  for (const { status, headers } of answers) expect([status, headers["retry-after"]]).toEqual([503, "10"]);
  expect((await ask("mia@example.com")).status).toBe(200);
});
