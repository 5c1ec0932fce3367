import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { demoPeople } from "../../seeds/people.ts";
import { insertDemoUsers } from "../../src/cli/queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { type SortKey, sortKeys, type UserFilter, type UserOrder } from "../../src/users/list-order.ts";
import { listAndCountUsers, listUsers } from "../../src/users/list-queries.ts";
import { nameKey, searchText, searchWords } from "../../src/users/search-text.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// Compares the list with a plain filter and sort of the same users in JavaScript.

type Row = {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  role: string;
  status: string;
  last_login_at: string;
};
let roster: Roster;
let allUsers: (Row & { text: string; by: Record<SortKey, string[]> })[];
let organizationId: OrganizationId;
let other: OrganizationId;

beforeAll(async () => {
  roster = await startRoster();
  const { db } = roster;
  [organizationId = 0 as OrganizationId, other = 0 as OrganizationId] = await db("organizations")
    .orderBy("name")
    .pluck("id");
  const odd = ["o'zz", "%_%", '"quoted"', "100%", "a_b", "Ångström", "İ", "ﷺ", "李", "𝒜", "x".repeat(100)];
  const people = [...demoPeople({ count: 4_000, domain: "example.org", seed: 5 })].map((person, index) => ({
    ...person,
    firstName: odd[index] ?? person.firstName,
    passwordHash: "x",
    photo: undefined,
    version: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    lastLoginAt: person.lastLoginMinutesAgo ? new Date(1.7e12 - person.lastLoginMinutesAgo * 6e4).toISOString() : null,
  }));
  const strangers = people.slice(0, 300).map((person) => ({ ...person, email: `s.${person.email}` }));
  await db.transaction(async (trx) => {
    await insertDemoUsers(trx, organizationId, people);
    await insertDemoUsers(trx, other, strangers);
  });
  const rows: Row[] = await db("users").where({ organization_id: organizationId });
  allUsers = rows.map((row) => {
    const { email, role, status } = row;
    const person = { firstName: row.first_name, lastName: row.last_name, email };
    const name = nameKey(person);
    const by = {
      name: [name],
      email: [email],
      role: [role, name],
      status: [status, name],
      lastLogin: [row.last_login_at],
    };
    return { ...row, text: searchText(person), by };
  });
});
afterAll(() => roster.close());

/** By code points, as both databases sort. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function expected({ search, role, status }: UserFilter, { key, descending }: UserOrder): number[] {
  const words = searchWords(search);
  return allUsers
    .filter((row) => (!role || row.role === role) && (!status || row.status === status))
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .sort((one, two) => {
      const at = one.by[key].findIndex((text, index) => text !== two.by[key][index]);
      const difference = at < 0 ? one.id - two.id : compare(one.by[key][at] ?? "", two.by[key][at] ?? "");
      return descending ? -difference : difference;
    })
    .map(({ id }) => id);
}

const searches = [
  ...[
    "",
    "a",
    "e",
    "q",
    "z",
    "xq",
    "jo",
    "an",
    "ma",
    "@",
    ".",
    "%",
    "_",
    "'",
    '"',
    "%_",
    "a_b",
    "100%",
    "李",
    "𝒜",
    "å",
  ],
  ...[
    "mar",
    "maria",
    "smith",
    "example",
    "example.org",
    "@example",
    "nobody-at-all",
    "o'zz",
    '"quoted"',
    "%_%",
    "ﷺ",
    "İ",
  ],
  ...["ma ri", "a b c", "an maria", "xq maria", "example a", "q example", "maria, a", "li wang", "x".repeat(100)],
  ...[
    "a b c d e f g h i j k l m n o p",
    "org exa mple .or",
    '" OR "',
    "users_search",
    "NOT a",
    "*",
    "a*",
    "mar*",
    "\0a",
    "^a",
  ],
];
const filters: Omit<UserFilter, "search">[] = [
  {},
  { role: "admin" },
  { status: "inactive" },
  { role: "member", status: "active" },
  { role: "manager", status: "inactive" },
];
const orders: UserOrder[] = sortKeys.flatMap((key) => [
  { key, descending: false },
  { key, descending: true },
]);

test.each(searches)(
  "the search for %j returns what a plain filter does, in every order, with the count up to its limit",
  async (search) => {
    for (const [at, filter] of filters.entries()) {
      const wanted = { search, ...filter };
      // Every order without filters, and two orders in turn with each filter.
      const some = at === 0 ? orders : [orders[(search.length + at) % 10], orders[(search.length + at + 5) % 10]];
      for (const order of some) {
        if (!order) continue;
        const ids = expected(wanted, order);
        const asked = { filter: wanted, order, from: undefined, limit: 50, cap: 1_001 };
        const { count, ...page } = await listAndCountUsers(roster.db, organizationId, asked);
        expect({ wanted, order, ids: page.users.map(({ id }) => id) }).toEqual({
          wanted,
          order,
          ids: ids.slice(0, 50),
        });
        expect(page.next !== undefined).toBe(ids.length > 50);
        expect({ wanted, count }).toEqual({ wanted, count: Math.min(ids.length, 1_001) });
      }
    }
  },
);

test("paging forward and back shows each user once, in each order, with and without filters", async () => {
  const wanted: UserFilter[] = [{ search: "" }, { search: "e" }, { search: "mar" }, { search: "", role: "manager" }];
  for (const filter of wanted) {
    for (const order of orders) {
      const ids = expected(filter, order);
      const seen: number[] = [];
      let from: Parameters<typeof listUsers>[2]["from"];
      let last: typeof from;
      do {
        const page = await listUsers(roster.db, organizationId, { filter, order, from, limit: 500 });
        seen.push(...page.users.map(({ id }) => id));
        last = page.previous ?? last;
        from = page.next;
      } while (from);
      expect({ filter, order, seen }).toEqual({ filter, order, seen: ids });
      const back: number[] = [];
      for (from = last; from; ) {
        const page = await listUsers(roster.db, organizationId, { filter, order, from, limit: 500 });
        back.unshift(...page.users.map(({ id }) => id));
        from = page.previous;
      }
      expect(back).toEqual(ids.slice(0, back.length));
      expect(back.length).toBe(Math.floor((ids.length - 1) / 500) * 500);
    }
  }
});

test("the search finds a changed name by its new letters and no longer by the old ones", async () => {
  const { db, people } = roster;
  const find = async (search: string) =>
    (
      await listUsers(db, organizationId, {
        filter: { search },
        order: { key: "name", descending: false },
        from: undefined,
        limit: 5_000,
      })
    ).users.some(({ id }) => id === people.mia.id);
  expect(await find("nú")).toBe(true);
  const person = { firstName: "Qx", lastName: "Wv", email: people.mia.email };
  await db("users")
    .where({ id: people.mia.id })
    .update({ first_name: "Qx", last_name: "Wv", search_text: searchText(person), name_key: nameKey(person) });
  expect([await find("nú"), await find("qx"), await find("w")]).toEqual([false, true, true]);
});
