import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { demoPeople } from "../../seeds/people.ts";
import { createRandom, pick } from "../../seeds/random.ts";
import { insertDemoUsers } from "../../src/cli/queries.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { type Cursor, type SortKey, sortKeys, type UserFilter } from "../../src/users/list-order.ts";
import { listAndCountUsers } from "../../src/users/list-queries.ts";
import { nameKey, searchText, searchWords } from "../../src/users/search-text.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// So many users that searches take both ways: few candidates and many, also many at one end of the list.

const count = 30_000;
const bunched = 15_000;

let roster: Roster;
let organizationId: OrganizationId;
let allUsers: { id: number; role: string; status: string; text: string; by: Record<SortKey, string[]> }[];

beforeAll(async () => {
  roster = await startRoster();
  const { db } = roster;
  const [organization] = await db("organizations").orderBy("name").pluck("id");
  organizationId = organization;
  const people = [...demoPeople({ count, domain: "example.org", seed: 9 })].map((person, index) => ({
    ...person,
    firstName: index > count - bunched ? `Zyq${person.firstName}` : person.firstName,
    email: index > count - bunched ? `wv${index}.${person.email}` : person.email,
    passwordHash: "x",
    photo: undefined,
    version: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    lastLoginAt: person.lastLoginMinutesAgo ? new Date(1.7e12 - person.lastLoginMinutesAgo * 6e4).toISOString() : null,
  }));
  await db.transaction((trx) => insertDemoUsers(trx, organizationId, people));
  allUsers = (await db("users").where({ organization_id: organizationId })).map((row) => {
    const { id, email, role, status } = row;
    const person = { firstName: row.first_name, lastName: row.last_name, email };
    const name = bytes(nameKey(person));
    const lastLogin = [row.last_login_at];
    const by = { name: [name], email: [email], role: [role, name], status: [status, name], lastLogin };
    return { id, role, status, text: searchText(person), by };
  });
});
afterAll(() => roster.close());

/** A text that JavaScript sorts by code points, as both databases do. */
const bytes = (text: string): string => Buffer.from(text).toString("latin1");
const compare = (a: string, b: string): number => (a < b ? -1 : 1);

function expected({ search, role, status }: UserFilter, key: SortKey, descending: boolean): number[] {
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

type Asked = { filter: UserFilter; order: { key: SortKey; descending: boolean } };

/** The same questions in every run. */
function* questions(times: number): Generator<Asked> {
  const random = createRandom(17);
  const part = (length: number): string => {
    const { text } = pick(random, allUsers);
    const letters = [...text.replaceAll("\n", " ")];
    const at = Math.floor(random() * Math.max(1, letters.length - length));
    return letters.slice(at, at + length).join("");
  };
  for (let i = 0; i < times; i += 1) {
    const search = [
      () => part(1 + Math.floor(random() * 2)),
      () => part(3),
      () => part(4 + Math.floor(random() * 8)),
      () => `${part(2)} ${part(3)}`,
      () => pick(random, ["zyq", "zy", "wv", "wv2", "q", "y", "zyq a", "anan", "example.org", "a b c d e f g h i j"]),
    ][i % 5]?.();
    const role = pick(random, ["any", "any", "admin", "member"] as const);
    const status = pick(random, ["any", "any", "active", "inactive"] as const);
    const filter = {
      search: search ?? "",
      role: role === "any" ? undefined : role,
      status: status === "any" ? undefined : status,
    };
    yield { filter, order: { key: pick(random, sortKeys), descending: random() < 0.5 } };
  }
}

test("a hundred and fifty searches among 30,000 users return what a plain filter does, with pages and counts", async () => {
  for (const { filter, order } of questions(150)) {
    const ids = expected(filter, order.key, order.descending);
    let from: Cursor | undefined;
    for (let page = 0; page < 3; page += 1) {
      const wanted = { filter, order, from, limit: 50, cap: 1_001 };
      const found = await listAndCountUsers(roster.db, organizationId, wanted);
      const rest = ids.slice(page * 50);
      expect({ filter, order, page, ids: found.users.map(({ id }) => id) }).toEqual({
        ...{ filter, order, page },
        ids: rest.slice(0, 50),
      });
      expect({ filter, count: found.count }).toEqual({ filter, count: Math.min(ids.length, 1_001) });
      expect(found.next !== undefined).toBe(rest.length > 50);
      from = found.next;
      if (!from) break;
    }
  }
});
