import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import type { Database } from "../database.ts";
import { idForm } from "../ids.ts";
import { requireOrganizationOf } from "../mail/queries.ts";
import { tryingFor } from "../mail/rules.ts";
import { listUnsentMails, requeueMail, type UnsentMail } from "../mail/unsent-queries.ts";
import { stamp, stampIn } from "../time.ts";
import { type Command, operator, Refusal } from "./command.ts";
import { atInstallation } from "./installation.ts";
import { readOptions } from "./options.ts";

const schema = z.object({
  id: z.string().regex(idForm, "Say which mail by its number, as list-mail shows it").transform(Number).optional(),
  failed: z.literal(true).optional(),
});

export const retryMail: Command = {
  usage: "ID|--failed",
  does: "has a mail that was not sent, or all that failed, tried again for three days, by the running server or the next",
  run: async (args) => {
    const { id, failed } = readOptions(args, schema, "id");
    if ((id === undefined) === (failed === undefined)) throw new Refusal("Say which mail by its number, or --failed");
    return atInstallation(async ({ db }) => {
      const unsent = await listUnsentMails(db, { failed: failed === true });
      const wanted = failed ? unsent : unsent.filter((mail) => mail.id === id);
      if (!failed && wanted.length === 0) throw new Refusal(`There is no mail ${id} that was not sent`);
      const again: UnsentMail[] = [];
      for (const mail of wanted) if (await tryAgain(db, mail)) again.push(mail);
      if (!failed && again.length === 0) {
        throw new Refusal(
          `Mail ${id} cannot be sent again: the link in it is good no more. The user can ask for another`,
        );
      }
      const lines = again.map(({ id, address }) => `Mail ${id} to ${address} is tried again.`);
      const json = { data: again.map(({ id, address, subject }) => ({ id, address, subject })) };
      return { lines: lines.length > 0 ? lines : ["No mail that failed can be sent again."], json };
    });
  },
};

/** @returns false where it has no text any more: the link in it was a secret */
async function tryAgain(db: Database, { id, userId, subject }: UnsentMail): Promise<boolean> {
  const organizationId = await requireOrganizationOf(db, userId);
  const entry = { actor: operator, organizationId, subjectId: userId, action: "mail.requeued" } as const;
  const report = await auditedChange(db, entry, async (trx) => {
    const isDue = await requeueMail(trx, id, { now: stamp(), givesUpAt: stampIn(tryingFor) });
    return isDue ? { changes: { mail: { before: null, after: subject } } } : undefined;
  });
  return report !== undefined;
}
