import type { Knex } from "knex";
import type { OrganizationId } from "../roles/people.ts";
import { type Order, shelvesEach, shelvesOf } from "./order-queries.ts";

// Keeps the shelves of a search small (SQLite alone). Triggers put users on them; a shelf that has become full is divided here.

/** A shelf is divided into so many users each. */
const comfortable = 128;
/** Behind the last shelf of an order comes the next with so much distance, for those that have to be put between. */
const [apart, lastNumber] = [64, shelvesEach - 1];

/** A small step, of some hundredths of a second. @returns whether there was anything to do */
export async function divideOneFull(trx: Knex.Transaction): Promise<boolean> {
  const full: { sort: Order; shelf: number } | undefined = await trx("full_shelves").first();
  if (!full) return false;
  const { sort: order, shelf } = full;
  const users: Standing[] = await trx(`${order}_order as o`)
    .join(`${order}_shelf as due`, "due.id", "o.user_id")
    .modify(onShelf, shelf)
    .orderBy(["due.key", "due.id"])
    .select("due.id", "due.key", { organizationId: "due.organization_id" });
  const parts = Math.ceil(users.length / comfortable);
  const [first, ...rest] = users.slice(Math.floor((users.length * (parts - 1)) / parts));
  if (parts <= 1 || !first || !(await moveToNext(trx, { order, shelf, parts, users: [first, ...rest] })))
    await trx("full_shelves").where(full).del();
  return true;
}

const onShelf = (query: Knex.QueryBuilder, shelf: number): Knex.QueryBuilder =>
  query.whereRaw("place >= ? << 14 and place < (? + 1) << 14", [shelf, shelf]);

type Standing = { id: number; key: string; organizationId: OrganizationId };
type Last = { order: Order; shelf: number; parts: number; users: [Standing, ...Standing[]] };

/** Puts the last users of a shelf on a new one behind it. @returns false where there is no number left for one */
async function moveToNext(trx: Knex.Transaction, { order, shelf, parts, users }: Last): Promise<boolean> {
  const [{ organizationId, key, id }] = users;
  const number = shelf % shelvesEach;
  const next = await makeRoom(trx, { order, organizationId, number });
  const beyond = next ?? Math.min(number + 2 * apart * (parts - 1), lastNumber);
  const given = number + Math.max(1, Math.floor(((beyond - number) * (parts - 1)) / parts));
  if (given >= beyond) return false;
  await trx(`${order}_shelves`).insert({ organization_id: organizationId, key, id, number: given });
  await place(trx, { order, shelf: shelf - number + given, ids: users.map((user) => user.id) });
  return true;
}

type Place = { order: Order; organizationId: OrganizationId; number: number };

/** Sees to it that a number is free behind a shelf, which others may have to move on for. @returns that of the next shelf */
async function makeRoom(trx: Knex.Transaction, { order, organizationId, number }: Place): Promise<number | undefined> {
  const next = await nextNumber(trx, { order, organizationId, number });
  if (next === undefined || next > number + 1) return next;
  const afterNext =
    (await makeRoom(trx, { order, organizationId, number: next })) ?? Math.min(next + 2 * apart, lastNumber);
  const moved = Math.floor((next + afterNext) / 2);
  if (moved === next) return next;
  const { from } = shelvesOf(organizationId);
  const ids: number[] = await trx(`${order}_order`)
    .modify(onShelf, from + next)
    .orderBy("place")
    .pluck("user_id");
  await place(trx, { order, shelf: from + moved, ids });
  await trx(`${order}_shelves`).where({ organization_id: organizationId, number: next }).update({ number: moved });
  return moved;
}

async function nextNumber(
  trx: Knex.Transaction,
  { order, organizationId, number }: Place,
): Promise<number | undefined> {
  const row = await trx(`${order}_shelves`)
    .where({ organization_id: organizationId })
    .where("number", ">", number)
    .min({ number: "number" })
    .first();
  return row?.number ?? undefined;
}

/** Users move to an empty shelf. Triggers see to the search's index, which wants its rows in order. */
async function place(
  trx: Knex.Transaction,
  { order, shelf, ids }: { order: Order; shelf: number; ids: number[] },
): Promise<void> {
  const table = `${order}_order`;
  const moved = JSON.stringify(ids);
  await trx.raw(
    "delete from ?? where place in (select place from ?? where user_id in (select value from json_each(?)))",
    [table, table, moved],
  );
  const text = order === "name" ? ", search_text" : "";
  await trx.raw(
    `insert into ?? select (? << 14) + moved.key, moved.value${text} from json_each(?) as moved
       cross join users on users.id = moved.value order by 1`,
    [table, shelf, moved],
  );
}
