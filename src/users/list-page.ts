import type { Database } from "../database/database.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { findCursor } from "./cursor-queries.ts";
import type { Cursor, UserOrder } from "./list-order.ts";
import type { UserPage } from "./list-queries.ts";
import { parsePage } from "./list-state.ts";

// Which page of the Managers list an address means, and what the page says about itself.

export const perPage = 50;
export const maxCount = 1_000;

/** `number` is 0 if the address has none; `skip` is how many users come before a page without a cursor. */
type Start = { number: number; from: Cursor | undefined; skip: number };

export async function findStart(
  db: Database,
  organizationId: OrganizationId,
  { page, order }: { page: string; order: UserOrder },
): Promise<Start> {
  const { number = 0, cursor } = parsePage(page);
  const from = await parseCursor(db, organizationId, cursor, order);
  if (from) return { number, from, skip: 0 };
  // An address that names nobody shows the first page.
  const shown = cursor ? 1 : number;
  return { number: shown, from, skip: (shown - 1) * perPage };
}

/** The page before or after this one, as in its address. */
export function pageParam(to: Cursor | undefined, { number }: Start, order: UserOrder): string | undefined {
  if (!to) return undefined;
  const other = number === 0 ? 0 : Math.max(1, number + (to.backward ? -1 : 1));
  return `${other}-${cursorParam(to, order)}`;
}

/**
 * Where a page starts, as in its address: after this user, or with a minus it ends before them. When sorted by last log-in, which
 * changes while people read, also the time (milliseconds, base 36).
 */
function cursorParam({ id, backward, values }: Cursor, { key }: UserOrder): string {
  const moved = key === "lastLogin" ? `_${Date.parse(values[0] || timestamp(new Date(0))).toString(36)}` : "";
  return `${backward ? "-" : ""}${id}${moved}`;
}

/** Undefined for the first page, and if the address names nobody in the organization. */
async function parseCursor(
  db: Database,
  organizationId: OrganizationId,
  param: string,
  { key }: UserOrder,
): Promise<Cursor | undefined> {
  if (!param) return undefined;
  const [id = "", moved] = param.replace("-", "").split("_");
  const found = await findCursor(db, organizationId, { id: Number(id), backward: param.startsWith("-"), key });
  if (!found || key !== "lastLogin" || moved === undefined) return found;
  const time = Number.parseInt(moved, 36);
  return { ...found, values: [time === 0 ? "" : timestamp(new Date(time))] };
}

/** "51–100 of 301"; undefined for a page without users or a number. The number may be older than the list. */
export function formatRange({ number }: Start, { users, previous, next, count }: UserPage & { count: number }) {
  if (users.length === 0 || (number === 0 && previous)) return undefined;
  const before = previous ? (Math.max(number, 2) - 1) * perPage : 0;
  const end = before + users.length;
  if (count > maxCount) return words().users.rangeOver(before + 1, end, maxCount);
  const to = next ? Math.min(end, count) : count;
  return words().common.range(to - users.length + 1, to, count);
}
