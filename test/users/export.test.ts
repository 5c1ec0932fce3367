import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { usersText } from "../../src/users/export.ts";
import { download, parseCsv } from "../support/csv.ts";
import { linkTo } from "../support/html.ts";
import { addUser, addUsers } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;
const page = "/admin/managers";

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterEach(() => roster.db("users").where("email", "like", "many%").del());
afterAll(() => roster.close());

const get = (path: string) => download(ada, path);
const emails = (body: string): (string | undefined)[] =>
  parseCsv(body)
    .slice(1)
    .map(([, email]) => email);
const many = (count: number) =>
  addUsers(
    roster.deps,
    Array.from({ length: count }, (_, n) => ({ email: `many${n}@example.com`, firstName: "Many", lastName: `M${n}` })),
  );

test("the CSV export of users has a byte order mark, is named after the day, and has each user's columns", async () => {
  const { status, headers, body } = await get(`${page}/export.csv`);
  expect([status, headers["content-type"]]).toEqual([200, "text/csv; charset=utf-8; header=present"]);
  const today = new Date().toISOString().slice(0, 10);
  expect(headers["content-disposition"]).toBe(`attachment; filename=users-${today}.csv`);
  const [head, ...rows] = body.split("\r\n");
  expect(head).toBe(
    "\u{feff}id,email,first_name,last_name,role,status,deactivate_on,invited_until,created_at,last_login_at",
  );
  const { id, created_at, last_login_at } = await roster.db("users").where({ email: "ada@example.com" }).first();
  expect(rows[0]).toBe(`${id},ada@example.com,Ada,Lovelace,admin,active,,,${created_at},${last_login_at}`);
  const ian = await roster.db("users").where({ email: "ian@example.com" }).first();
  expect(rows[1]).toBe(`${ian.id},ian@example.com,Ian,Idle,member,inactive,,,${ian.created_at},`);
  expect(rows).toHaveLength(5);
});

test("the link Export as CSV exports the list with its search, filters and order, and no user of another organization", async () => {
  const exported = async (query: string) => {
    const link = linkTo((await ada.get(`${page}${query}`)).text, "Export as CSV") ?? "";
    return emails((await get(link)).body);
  };
  expect(await exported("?sort=-email&status=active")).toEqual([
    "mia@example.com",
    "max@example.com",
    "ada@example.com",
  ]);
  expect(await exported("?search=idle&role=member")).toEqual(["ian@example.com"]);
  const everyone = await exported("");
  expect(everyone).toHaveLength(4);
  expect(everyone).not.toContain("eve@example.com");
  expect(linkTo((await ada.get(`${page}?search=nobody-at-all`)).text, "Export as CSV")).toBe(undefined);
  expect((await get(`${page}/export.csv?search=nobody-at-all`)).body.split("\r\n")).toHaveLength(2);
});

test("the CSV export of more users than one batch has each user once, in the order of the list, from any page", async () => {
  const people = await many(620);
  const expected = people.map(({ email }) => email).toSorted();
  const link = linkTo((await ada.get(`${page}?sort=email&page=${people.at(-1)?.id}`)).text, "Export as CSV") ?? "";
  expect(emails((await get(link)).body).filter((email) => email?.startsWith("many"))).toEqual(expected);
});

test.each([false, true])(
  "the CSV export by last login (descending: %p) has a user once who logs in meanwhile",
  async (descending) => {
    const people = await many(620);
    const organizationId = (await roster.db("organizations").where({ name: "Acme" }).first("id")).id;
    const order = { key: "lastLogin", descending } as const;
    const text = usersText(roster.db, { organizationId, filter: { search: "many" }, order });
    let file = (await text.next()).value ?? "";
    const last = people.filter(({ email }) => !file.includes(`,${email},`)).at(-1);
    const moved = [people[descending ? 619 : 0]?.id ?? 0, last?.id ?? 0];
    await roster.db("users").whereIn("id", moved).update({ last_login_at: new Date().toISOString() });
    for await (const more of text) file += more;
    expect(emails(file).toSorted()).toEqual(people.map(({ email }) => email).toSorted());
  },
);

test("the CSV export of users makes formulas in names and emails plain text", async () => {
  await addUser(roster.deps, { email: "+plus@example.com", firstName: "=1+1", lastName: "@x" });
  const { body } = await get(`${page}/export.csv?search=plus`);
  expect(body).toContain(",'+plus@example.com,'=1+1,'@x,member,");
});
