import type { RequestHandler } from "express";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { type Column, csvFormat, exportText, sendExport } from "../web/export.ts";
import { partOf, type UserFields, userFields } from "./fields.ts";
import { type Cursor, sortColumns, type UserFilter, type UserOrder } from "./list-order.ts";
import { listUsers } from "./list-queries.ts";
import { listState, orderOf, toFilter } from "./list-state.ts";
import { findUsersByIds } from "./queries.ts";
import { readSelection } from "./selection.ts";

// SQLite answers synchronously: a batch blocks everything else for a few milliseconds.
const batchSize = 250;

const { email, ...others } = partOf(userFields, "column");
const columns: Column<User>[] = [
  ["id", ({ id }) => id],
  ...Object.entries({ email, ...others }).map(
    ([name, column]): Column<User> => [column, (user) => user[name as keyof UserFields]],
  ),
  ["invited_until", ({ invitedUntil }) => invitedUntil],
  ["created_at", ({ createdAt }) => createdAt],
  ["last_login_at", ({ lastLoginAt }) => lastLoginAt],
];

const format = csvFormat(columns);

/** Exports everything that the list shows with the same search, filters and order, or only those selected, as a file. */
export function exportUsers({ db, logger }: Deps): RequestHandler {
  return async (req, res) => {
    const { organizationId } = currentUser(req);
    const state = listState(req.query);
    const { ids } = readSelection(req.query, state);
    const order = orderOf(state.sort);
    const text =
      ids.length > 0
        ? exportText(findSelected(db, { organizationId, ids, order }), format)
        : usersText(db, { organizationId, filter: toFilter(state), order });
    await sendExport(res, text, { name: "users", format, logger });
  };
}

async function* findSelected(
  db: Database,
  { organizationId, ids, order }: { organizationId: OrganizationId; ids: number[]; order: UserOrder },
): AsyncGenerator<User[]> {
  const sorting = { columns: sortColumns[order.key], descending: order.descending };
  yield [...(await findUsersByIds(db, organizationId, ids, sorting)).values()];
}

type Wanted = { organizationId: OrganizationId; filter: UserFilter; order: UserOrder };

/** The file's text in batches. `count` is called with the number of users in each. */
export function usersText(db: Database, { count, ...wanted }: Wanted & { count?: (users: number) => void }) {
  return exportText(usersInBatches(db, wanted), format, count);
}

/**
 * The users in batches, each once. When sorted by last log-in, users who log in meanwhile move: in ascending order they
 * appear again at the end; in descending order they move behind the walk, and a second pass from the start finds them.
 */
export async function* usersInBatches(db: Database, { organizationId, filter, order }: Wanted): AsyncGenerator<User[]> {
  const begun = timestamp();
  const exported = bitSet();
  async function* walk(isOver: (user: User) => boolean): AsyncGenerator<User[]> {
    let from: Cursor | undefined;
    do {
      const page = await listUsers(db, organizationId, { filter, order, from, limit: batchSize });
      yield page.users.filter(({ id }) => exported.add(id));
      const last = page.users.at(-1);
      from = last && isOver(last) ? undefined : page.next;
    } while (from);
  }
  yield* walk(() => false);
  if (order.key === "lastLogin" && order.descending) yield* walk(({ lastLoginAt }) => (lastLoginAt ?? "") < begun);
}

/** One bit for each ID: a million take 125 KB. */
function bitSet(): { add: (id: number) => boolean } {
  let bytes = new Uint8Array(1_024);
  return {
    /** Whether it was not in the set yet. */
    add: (id) => {
      const [at, bit] = [id >> 3, 1 << (id & 7)];
      if (at >= bytes.length) {
        const more = new Uint8Array(2 * at);
        more.set(bytes);
        bytes = more;
      }
      const isNew = ((bytes[at] ?? 0) & bit) === 0;
      bytes[at] = (bytes[at] ?? 0) | bit;
      return isNew;
    },
  };
}
