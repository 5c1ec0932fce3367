import { setImmediate } from "node:timers/promises";
import type { Request } from "express";
import { chunks } from "../database/batches.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { ValidationError } from "../roles/errors.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { listLoggedIn } from "../sessions/queries.ts";
import { fieldsOf, type GroupAct } from "../users/group-acts.ts";
import type { Cursor } from "../users/list-order.ts";
import { listUsers } from "../users/list-queries.ts";
import { type ListState, orderOf, returnQuery, toFilter } from "../users/list-state.ts";
import { countActiveAdmins, findUsersByIds } from "../users/queries.ts";
import { peopleOnlyReason } from "../users/rules.ts";
import type { Selection } from "../users/selection.ts";
import { valuesBefore } from "../users/undo-rules.ts";
import { withQuery } from "../web/paging.ts";
import { words } from "../words/words.ts";
import { listGroupChanges } from "./line-queries.ts";
import { insertGroup } from "./queries.ts";
import { groupPlanner, type PlannedLine } from "./rules.ts";

export const groupPath = "/admin/managers/actions";
/** How many people a group action may be about, and how many are read at a time. */
const [maxPeople, batchSize] = [10_000, 1_000];

export type Asked = { act: GroupAct; state: ListState; selection: Selection };

/**
 * Keeps, for an hour, who was selected, in which version, and what would happen to each.
 * @returns the address of the page that asks
 * @throws ValidationError if nobody, or too many, are selected
 */
export async function prepareGroup({ db }: Pick<Deps, "db">, req: Request, wanted: Asked): Promise<string> {
  const { organizationId, id: userId } = currentUser(req);
  const { act, state } = wanted;
  const users = await selectedUsers(db, organizationId, wanted);
  if (users.length === 0) throw new ValidationError({ selected: words().users.selectSomeone });
  const loggedIn = new Set(act === "log-out" ? await whoIsLoggedIn(db, users) : []);
  const planLine = groupPlanner({
    act,
    actorId: userId,
    activeAdmins: await countActiveAdmins(db, organizationId),
    loggedIn,
  });
  const planned = users.map((user) => ({ user, line: planLine(user) }));
  const asked = act === "resend-invitation" ? { invitation: true } : (fieldsOf(act) ?? {});
  const needsProof = planned.some(({ user, line }) => !line.reason && peopleOnlyReason(asked, user));
  const lines = planned.map(({ line }) => line);
  const id = await insertGroup(db, { organizationId, userId, act, needsProof, lines, undoes: null });
  const { list } = Object.fromEntries(new URLSearchParams(returnQuery(state)));
  return withQuery(groupPath, { id: String(id), list });
}

/**
 * The same to undo a group action, by its row of history. Who was left out of it stays as they are.
 * @returns the address of the page that asks
 */
export async function prepareUndo({ db }: Pick<Deps, "db">, req: Request, undoes: number): Promise<string> {
  const { organizationId, id: userId } = currentUser(req);
  const rows = await listGroupChanges(db, { organizationId, groupId: undoes, limit: maxPeople });
  const activeAdmins = await countActiveAdmins(db, organizationId);
  const planLine = groupPlanner({ act: "undo", actorId: userId, activeAdmins, loggedIn: new Set() });
  const lines: PlannedLine[] = [];
  let needsProof = false;
  for (const batch of chunks(rows, batchSize)) {
    const ids = batch.map((row) => row.userId);
    const users = await findUsersByIds(db, organizationId, ids);
    for (const row of batch) {
      const user = users.get(row.userId);
      if (!user) continue;
      const fields = valuesBefore({ changes: JSON.parse(row.changes) }, user);
      const line = planLine(user, { id: row.id, fields });
      lines.push(line);
      needsProof ||= !line.reason && peopleOnlyReason(fields ?? {}, user) !== undefined;
    }
    await setImmediate();
  }
  const id = await insertGroup(db, { organizationId, userId, act: "undo", needsProof, lines, undoes });
  return withQuery(groupPath, { id: String(id) });
}

/** Whom it is about: those who were ticked, or everyone on all pages of the list. */
async function selectedUsers(
  db: Database,
  organizationId: OrganizationId,
  { state, selection }: Asked,
): Promise<User[]> {
  if (!selection.isAll) {
    const found = await findUsersByIds(db, organizationId, selection.ids);
    return selection.ids.flatMap((id) => found.get(id) ?? []);
  }
  const wanted = { filter: toFilter(state), order: orderOf(state.sort), limit: batchSize };
  const users: User[] = [];
  let from: Cursor | undefined;
  do {
    const page = await listUsers(db, organizationId, { ...wanted, from });
    users.push(...page.users);
    if (users.length > maxPeople) throw new ValidationError({ all: words().users.tooManyMatch(maxPeople) });
    from = page.next;
    await setImmediate();
  } while (from);
  return users;
}

async function whoIsLoggedIn(db: Database, users: User[]): Promise<number[]> {
  const found: number[] = [];
  const ids = users.map(({ id }) => id);
  for (const batch of chunks(ids, batchSize)) found.push(...(await listLoggedIn(db, batch)));
  return found;
}
