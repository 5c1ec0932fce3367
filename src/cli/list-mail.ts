import { z } from "zod";
import { listUnsentMails, type UnsentMail } from "../outbox/unsent-queries.ts";
import { wordsIn } from "../words/words.ts";
import { dataCommand } from "./installation.ts";

const schema = z.object({ failed: z.literal(true).optional().meta({ description: "only emails that failed" }) });

export const listMail = dataCommand({
  summary: "lists queued emails, and those that failed in the last 30 days",
  schema,
  example: "--failed",
  run: async ({ db }, { failed = false }) => {
    const mails = await listUnsentMails(db, { failed });
    const none = failed ? "No failed emails." : "No queued or failed emails.";
    const json = { data: mails.map((mail) => ({ ...mail, state: mail.failure ? "failed" : "waiting" })) };
    return { lines: mails.length > 0 ? mails.map(describe) : [none], json };
  },
});

function describe({
  id,
  address,
  subject,
  tries,
  failure,
  failedAt,
  nextTryAt,
  lastError,
  hasText,
}: UnsentMail): string {
  const state = failure
    ? `failed ${failedAt} (${wordsIn("en").history.mailFailures[failure]})`
    : `next try ${nextTryAt}`;
  const said = lastError ? `; last reply: ${lastError}` : "";
  const link = hasText ? "" : "; its link no longer works, retry-mail sends a new one if the user still needs it";
  return `${id}  ${address}  "${subject}"  tries: ${tries}, ${state}${said}${link}`;
}
