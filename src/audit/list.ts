import type { RequestHandler } from "express";
import { currentUser } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { findUser } from "../users/queries.ts";
import { addressWith, queryText } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { listActivity } from "./queries.ts";
import { activityRow } from "./rows.ts";

const perPage = 50;

/** Who changed what, newest first; of one user with `?user=ID`. */
export function activityPage({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const { organizationId } = currentUser(req);
    const subjectId = wholeNumber(queryText(req.query, "user"));
    const subject = subjectId === undefined ? undefined : await findUser(db, organizationId, subjectId);
    const before = wholeNumber(queryText(req.query, "before"));
    const found = await listActivity(db, organizationId, { subjectId, before, limit: perPage + 1 });
    const rows = found.slice(0, perPage);
    const at = (id: number | undefined): string =>
      addressWith("/admin/activity", { user: subjectId?.toString(), before: id?.toString() });
    render(req, res, "audit/list", {
      title: "Activity",
      subject: subject && {
        name: `${subject.firstName} ${subject.lastName}`,
        address: `/admin/managers/${subject.id}`,
      },
      rows: rows.map(activityRow),
      next: found.length > perPage ? at(rows.at(-1)?.id) : undefined,
      first: before === undefined ? undefined : at(undefined),
    });
  };
}

function wholeNumber(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
