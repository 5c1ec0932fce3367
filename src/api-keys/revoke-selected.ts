import type { Request } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { idPattern } from "../platform/ids.ts";
import { ValidationError } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { HttpError } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { revokeKeys } from "./changes.ts";
import { keysPerPage, listedKeyRow } from "./list.ts";
import { listKeysById } from "./list-queries.ts";
import { keysAddress, keysState } from "./list-state.ts";

const selectedKeys = z.array(z.string().regex(idPattern).transform(Number)).max(keysPerPage);

/** The page that confirms revoking the keys in its address, for both the page and its form. */
export function revokeSelectedPage({ db }: Deps): FormHandlers {
  return formPage({
    view: "api-keys/revoke-selected",
    title: () => words().allKeys.revoke.title,
    open: async (req) => {
      const ids = parseSelected(req);
      const rows = (await listKeysById(db, currentUser(req).organizationId, ids)).map(listedKeyRow);
      return {
        selected: rows.map(({ id }) => id),
        rows: rows.filter(({ isLive }) => isLive),
        leftOut: rows.filter(({ isLive }) => !isLive),
        back: keysAddress({ filter: keysState(req.query).filter }),
      };
    },
    page: ({ rows, leftOut, back }) => ({ rows, leftOut, back }),
    save: async (_input, { selected, back }, req) => {
      const { organizationId } = currentUser(req);
      const revoked = await revokeKeys({ db }, { actor: authorizedActor(req), organizationId, ids: selected });
      const said = words().allKeys.revoke;
      if (revoked === 0) throw new ValidationError({ form: said.noneLeft });
      const others = selected.length - revoked;
      return { to: back, notice: others > 0 ? `${said.done(revoked)} ${said.leftOut(others)}` : said.done(revoked) };
    },
  });
}

/** The IDs of the ticked boxes. @throws HttpError 400 if no page of ours sent them */
function parseSelected(req: Request): number[] {
  const parsed = selectedKeys.safeParse([req.query.key ?? []].flat());
  if (!parsed.success) throw new HttpError(400);
  return [...new Set(parsed.data)];
}
