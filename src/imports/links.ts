import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { decrypt } from "../platform/encryption.ts";
import { csvLine } from "../web/csv.ts";
import { InvalidLink } from "../web/errors.ts";
import { words } from "../words/words.ts";
import { linkContext } from "./apply.ts";
import { openImport } from "./import.ts";
import { takeLinks } from "./line-queries.ts";

/** The invitation links of new users, once, for someone to hand out. */
export function invitationLinks({ db, config }: Deps): RequestHandler {
  return async (req, res) => {
    const { id } = await openImport(db, req);
    const lines = await db.transaction(async (trx) => {
      await req.reauthorize?.(trx);
      return takeLinks(trx, id);
    });
    if (lines.length === 0) throw new InvalidLink(words().imports.linksTaken);
    const rows = lines.map(({ id, person, encryptedLink }) => {
      const link = decrypt(config.sessionSecrets, { encrypted: encryptedLink, context: linkContext(id) });
      return csvLine([person?.email ?? "", person?.firstName ?? "", person?.lastName ?? "", link ?? ""]);
    });
    res.attachment("invitation-links.csv").set("Content-Type", "text/csv; charset=utf-8; header=present");
    res.send(`\u{feff}${csvLine(["email", "first_name", "last_name", "link"])}${rows.join("")}`);
  };
}
