import type { Request } from "express";
import { auditedChanges } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { beginJob, isStalled } from "../jobs/queries.ts";
import { parseId } from "../platform/ids.ts";
import { authorizedActor, currentUser, senderOf } from "../sessions/current-user.ts";
import { listAddress, returnTo } from "../users/list-state.ts";
import { InvalidLink } from "../web/errors.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { listUserIds } from "./line-queries.ts";
import { groupPath } from "./prepare.ts";
import { findGroup, type GroupAction, groupTables, saveActivityId } from "./queries.ts";
import { groupView } from "./view.ts";

/** Who was selected is selected again after Cancel, if there are not more than this. */
const maxKept = 500;

/** Who is affected and who is left out, and the button that does it; then how far it is, and what has happened. */
export function groupActionPage(deps: Deps): FormHandlers {
  const { db, groups } = deps;
  return formPage({
    view: "groups/action",
    title: () => words().groups.title,
    open: (req) => openGroup(db, req),
    page: async (group, req) => {
      if (group.state === "running" && isStalled(group)) void groups.run(group.id);
      const { plan } = currentUser(req).organization;
      return {
        ...(await groupView(db, group, { address: groupAddress(group, req), query: req.query, plan })),
        address: groupAddress(group, req),
        list: listAddress(returnTo(req.query)),
        cancel: listAddress(returnTo(req.query), { kept: await keptIds(db, group) }),
      };
    },
    reauthentication: deps.reauthentication,
    needsReauthentication: (_, { state, needsProof }) => state === "checked" && needsProof,
    save: async (_, group, req) => {
      // Another press, in this tab or another one, leads to what the first press began.
      if (group.state === "checked") await begin(db, group, req);
      await groups.runBriefly(group.id);
      return { to: groupAddress(group, req) };
    },
  });
}

async function begin(
  db: Database,
  { id, organizationId, act, planned, undoes }: GroupAction,
  req: Request,
): Promise<void> {
  const actor = authorizedActor(req);
  await auditedChanges(db, { actor, organizationId }, async (trx, record) => {
    if (planned === 0 || !(await beginJob(trx, groupTables, { id, from: senderOf(req) }))) return;
    const report = { changes: { act: { before: null, after: act } }, ...(undoes !== null && { undoes }) };
    await saveActivityId(trx, id, await record("group.started", report));
  });
}

const groupAddress = ({ id }: GroupAction, req: Request): string => {
  const list =
    typeof req.query.list === "string" ? `&${new URLSearchParams({ list: req.query.list.slice(0, 300) })}` : "";
  return `${groupPath}?id=${id}${list}`;
};

async function keptIds(db: Database, { id }: GroupAction): Promise<string> {
  const ids = await listUserIds(db, id, maxKept + 1);
  return ids.length > maxKept ? "" : ids.join("-");
}

/** @throws InvalidLink where it is not the Admin's own, or over */
async function openGroup(db: Database, req: Request): Promise<GroupAction> {
  const { organizationId, id: userId } = currentUser(req);
  const id = parseId(req.query.id);
  const found = id === undefined ? undefined : await findGroup(db, { organizationId, userId, id });
  if (!found || found.state === "preparing") throw new InvalidLink(words().groups.ended);
  return found;
}
