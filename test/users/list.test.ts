import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { roles } from "../../src/roles/roles.ts";
import { buttons, headings, labels, linksTo, linkTo, tables, words } from "../support/html.ts";
import { turn } from "../support/list-form.ts";
import { addUsers } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, plainText, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

/** In addition to ada, max (O'Brien), mia (Zoë-Núñez) and ian. */
const more: [string, string, string][] = [
  ["Zoë", "Zimmer", "zz@example.com"],
  ["Percy", "100%_Sure", "percy_cent@example.com"],
  ["Ольга", "Ёлкина", "olga@почта.example".replace("почта", "pochta")],
  ["Οδυσσεύς", "Παπαδόπουλος", "odysseus@example.gr"],
  ["明", "王", "wang@example.cn"],
  ["민준", "김", "kim@example.kr"],
  ["Jean Luc", "de la Tour", "jl@example.fr"],
];

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  await addUsers(
    roster.deps,
    more.map(([firstName, lastName, email]) => ({ firstName, lastName, email })),
  );
});
afterAll(() => roster.close());

const address = (query: Record<string, string> = {}): string => `/admin/managers?${new URLSearchParams(query)}`;
const page = async (query: Record<string, string> | string = {}) =>
  (await ada.get(typeof query === "string" ? query : address(query))).text;
/** When someone logged in today. */
const aTime: unknown = expect.stringMatching(/^\d\d:\d\d$/);
const rows = (html: string): string[][] => tables(html)[0] ?? [];
const names = async (query: Record<string, string> = {}) => rows(await page(query)).map(([name]) => name);
const column = async (index: number, query: Record<string, string>) =>
  rows(await page(query)).map((row) => row[index] ?? "");

const everyone = [
  "Ada Lovelace",
  "Ian Idle",
  "Jean Luc de la Tour",
  "Max O'Brien",
  "Mia Zoë-Núñez",
  "Percy 100%_Sure",
  "Zoë Zimmer",
  "Οδυσσεύς Παπαδόπουλος",
  "Ольга Ёлкина",
  "민준 김",
  "明 王",
];

describe("the Managers page", () => {
  test("lists every user of the organization, including inactive ones, and no one else's", async () => {
    const html = await page();
    expect(headings(html, 1)).toEqual(["Managers"]);
    expect(words(html)).toContain("11 users");
    expect((await names()).toSorted()).toEqual(everyone.toSorted());
    expect(html).not.toContain("eve@example.com");
  });

  test("has the words and links of the contract", async () => {
    const html = await page();
    expect(labels(html)).toEqual(expect.arrayContaining(["Search", "Role", "Status"]));
    expect(buttons(html)).toContain("Search");
    expect(linkTo(html, "Create user")).toBe("/admin/managers/new");
    for (const name of ["Name", "Email", "Role", "Status", "Last login"]) expect(linksTo(html, name)).toHaveLength(1);
    expect(html).toMatch(/<th[^>]*>Action</);
  });

  test("has rows with the user's data and links to the profile and to the page that changes the status", async () => {
    const { ada: admin, ian } = roster.people;
    const html = await page();
    const row = (name: string) => rows(html).find(([cell]) => cell === name);
    expect(row("Ada Lovelace")).toEqual(["Ada Lovelace", admin.email, "Admin", "Active", aTime, "You"]);
    expect(row("Ian Idle")).toEqual(["Ian Idle", ian.email, "Member", "Inactive", "Never", "Activate"]);
    expect(linkTo(html, "Ian Idle")).toBe(`/admin/managers/${ian.id}`);
    expect(linksTo(html, "Activate")).toEqual([`/admin/managers/${ian.id}/status`]);
    expect(linksTo(html, "Deactivate")).toContain(`/admin/managers/${roster.people.max.id}/status`);
    expect(linksTo(html, "Deactivate")).not.toContain(`/admin/managers/${admin.id}/status`);
  });

  test("has quick links, and a second skip link while it has results", async () => {
    const html = await page(address({ search: "e", role: "member" }));
    expect(linkTo(html, "Inactive")).toBe("/admin/managers?search=e&status=inactive");
    expect(linkTo(html, "Admins")).toBe("/admin/managers?search=e&role=admin");
    expect([linkTo(html, "Skip to the results"), html.includes('id="results"')]).toEqual(["#results", true]);
    expect(linkTo(await page(address({ search: "nobody at all" })), "Skip to the results")).toBeUndefined();
  });

  test("shows each organization only its own users", async () => {
    const eve = await logIn(roster, "eve");
    for (const search of ["", "ada", "a"])
      expect(rows((await eve.get(address({ search }))).text).map(([name]) => name)).toEqual(
        search === "ada" ? [] : ["Eve Else"],
      );
  });
});

describe("the search", () => {
  const zoes = ["Mia Zoë-Núñez", "Zoë Zimmer"];
  test.each<[string, string[]]>([
    ["zoe", zoes],
    ["ZOË", zoes],
    ["Zoe\u0308", zoes],
    ["nunez", ["Mia Zoë-Núñez"]],
    ["o'brien", ["Max O'Brien"]],
    ["O’Brien", ["Max O'Brien"]],
    ["max o'b", ["Max O'Brien"]],
    ["brie", ["Max O'Brien"]],
    ["ada lovelace", ["Ada Lovelace"]],
    ["lovelace ada", ["Ada Lovelace"]],
    ["Lovelace, Ada", ["Ada Lovelace"]],
    ["  lace   da ", ["Ada Lovelace"]],
    ["ada idle", []],
    ["tour jean", ["Jean Luc de la Tour"]],
    ["MAX@EXAMPLE.COM", ["Max O'Brien"]],
    ["@example.fr", ["Jean Luc de la Tour"]],
    ["percy_c", ["Percy 100%_Sure"]],
    ["zimmer example", ["Zoë Zimmer"]],
    ["%", ["Percy 100%_Sure"]],
    ["_", ["Percy 100%_Sure"]],
    ["0%_s", ["Percy 100%_Sure"]],
    ["p%y", []],
    ["m_x", []],
    ["\\", []],
    ["*", []],
    ['"', []],
    ["zz", ["Zoë Zimmer"]],
    ["q", []],
    ["Ол", ["Ольга Ёлкина"]],
    ["елкина", ["Ольга Ёлкина"]],
    ["ОЛЬГА", ["Ольга Ёлкина"]],
    ["ΟΔΥΣΣΕΥΣ", ["Οδυσσεύς Παπαδόπουλος"]],
    ["παπαδοπουλος οδυ", ["Οδυσσεύς Παπαδόπουλος"]],
    ["王", ["明 王"]],
    ["王明", ["明 王"]],
    ["明王", ["明 王"]],
    ["王 明", ["明 王"]],
    ["김민", ["민준 김"]],
    ["김 민준", ["민준 김"]],
    ["ㄱ", ["민준 김"]],
    ["ada AND max", []],
    ["' or 1=1 --", []],
  ])("for %j finds %j", async (search, expected) => {
    expect(await names({ search })).toEqual(expected);
  });

  test("does not match across the end of a name and the beginning of an email", async () => {
    expect(await names({ search: "zimmerzz" })).toEqual([]);
  });

  test("for only spaces, commas and invisible characters lists everyone", async () => {
    for (const search of ["  ", ",", "\u200b"]) expect(await names({ search })).toHaveLength(everyone.length);
  });

  test("finds a user by the changed name and no longer by the old one", async () => {
    const edit = `${linkTo(await page(), "Jean Luc de la Tour")}/personal-information`;
    await ada.submit(edit, { firstName: "Jürgen" });
    expect([await names({ search: "jurgen" }), await names({ search: "jean" })]).toEqual([["Jürgen de la Tour"], []]);
    await ada.submit(edit, { firstName: "Jean Luc" });
  });

  test("keeps what was typed in its field, as text", async () => {
    const search = `<b>"x"</b> & 'y'`;
    const html = await page({ search });
    expect(plainText(html)).toContain(`value="${search}"`);
    expect(html).not.toContain("<b>");
  });

  test("without results shows what was typed and leads back to all users", async () => {
    const html = await page({ search: "nobody at all", role: "admin" });
    expect(words(html)).toContain("No user matches “nobody at all” with these filters.");
    expect(words(await page({ search: "nobody at all" }))).toContain("No user matches “nobody at all”. Show all users");
    expect(words(html)).toContain("0 users");
    expect(linkTo(html, "Show all users")).toBe("/admin/managers");
  });
});

describe("the filters", () => {
  test.each<[Record<string, string>, string[]]>([
    [{ role: "admin" }, ["Ada Lovelace"]],
    [{ role: "manager" }, ["Max O'Brien"]],
    [{ status: "inactive" }, ["Ian Idle"]],
    [{ status: "inactive", role: "admin" }, []],
    [{ status: "active", role: "member", search: "zoe" }, ["Mia Zoë-Núñez", "Zoë Zimmer"]],
    [{ role: "", status: "" }, everyone],
  ])("for %j show %j", async (query, expected) => {
    const html = await page(query);
    expect(rows(html).map(([name]) => name)).toEqual(expected);
    expect(words(html)).toContain(expected.length === 1 ? "1 user" : `${expected.length} users`);
    for (const value of [query.role, query.status].filter(Boolean))
      expect(html).toMatch(new RegExp(`<option value="${value}" selected`));
  });

  test("are kept, with search and sort, in every link that changes one of them", async () => {
    const query = { search: "a é", role: "member", status: "active", sort: "-email" };
    const html = await page(query);
    for (const [name, sort] of Object.entries({ Name: "name", Email: "email", "Last login": "lastLogin" })) {
      const link = new URL(linkTo(html, name) ?? "", "http://roster.invalid");
      expect(Object.fromEntries(link.searchParams)).toEqual({ ...query, sort });
    }
    expect(html).toMatch(/<input type="hidden" name="sort" value="-email">/);
  });
});

describe("the order of the list", () => {
  const byRole = ["Admin", "Manager", ...Array<string>(9).fill("Member")];
  const byStatus = [...Array<string>(10).fill("Active"), "Inactive"];
  const lastLogins = [...Array<string>(10).fill("Never"), aTime];

  test.each<[string, number, unknown[]]>([
    ["name", 0, everyone],
    ["role", 2, byRole],
    ["status", 3, byStatus],
    ["lastLogin", 4, lastLogins],
  ])("by %s works both ways", async (sort, index, expected) => {
    expect(await column(index, { sort })).toEqual(expected);
    expect(await column(index, { sort: `-${sort}` })).toEqual(expected.toReversed());
  });

  test("by email works both ways", async () => {
    const sorted = (await column(1, {})).toSorted();
    expect(await column(1, { sort: "email" })).toEqual(sorted);
    expect(await column(1, { sort: "-email" })).toEqual(sorted.toReversed());
  });

  test("by role sorts by name within a role", async () => {
    expect((await names({ sort: "role" })).slice(2)).toEqual(everyone.filter((name) => !/^(?:Ada|Max)/.test(name)));
  });

  test("is shown in its heading, which links to the reverse order", async () => {
    const ascending = await page({ sort: "email" });
    expect(ascending).toMatch(/aria-sort="ascending"[\s\S]*?Email/);
    expect(linkTo(ascending, "Email")).toBe("/admin/managers?sort=-email");
    const descending = await page({ sort: "-email" });
    expect(descending).toMatch(/aria-sort="descending"[\s\S]*?Email/);
    expect(linkTo(descending, "Email")).toBe("/admin/managers?sort=email");
    expect(descending.match(/aria-sort/g)).toHaveLength(1);
  });
});

test.each([
  "role=owner&status=gone&sort=shoe-size",
  "role=admin&role=member&search=a&search=b",
  "search[x]=1&role[]=admin&sort[$ne]=1",
  "sort=--name",
  "page=nonsense",
  "page=0",
  "page=--1",
  "page=999999999",
  "page=99999999999999999999",
  "sort=lastLogin&page=1_zzzzzzzzzz",
  "page=%00%C3%BF",
  "__proto__=x&constructor=y",
])("the Managers page ignores the invalid ?%s", async (query) => {
  const answer = await ada.get(`/admin/managers?${query}`);
  expect(answer.status).toBe(200);
  expect(rows(answer.text)).toHaveLength(everyone.length);
});

test.each(["%00", "a".repeat(5_000), encodeURIComponent("㌀㌁㌂㌃㌄㌅㌆㌇".repeat(25))])(
  "the search for %s answers normally",
  async (search) => {
    const answer = await ada.get(`/admin/managers?search=${search}`);
    expect(answer.status).toBe(200);
  },
);

test("the Managers page refuses an address that is not UTF-8", async () => {
  for (const query of ["page=%00%ff", "search=%F0%9F"])
    expect((await ada.get(`/admin/managers?${query}`)).status).toBe(400);
});

test("a page past the end of the list leads back to the first", async () => {
  const last = await roster.db("users").where({ first_name: "明" }).first();
  const html = await page(`/admin/managers?page=${last.id}`);
  expect(rows(html)).toEqual([]);
  expect([linkTo(html, "Go to the first page"), turn(html, "First page")]).toEqual(["/admin/managers", undefined]);
});

describe("a list of several pages", () => {
  const total = everyone.length + 120;
  beforeAll(async () => {
    const many = Array.from({ length: 120 }, (_, i) => ({
      email: `many${i}@example.com`,
      firstName: i < 60 ? "Same" : `Name ${i % 7}`,
      lastName: "Person",
      role: roles[i % roles.length] ?? "member",
    }));
    await addUsers(roster.deps, many);
  });

  /** Follows the link from page to page. @returns the emails on each */
  async function walk(start: string, link: string): Promise<{ pages: string[][]; last: string }> {
    const pages: string[][] = [];
    let at = start;
    for (let next: string | undefined = start; next && pages.length < 9; ) {
      at = next;
      const html = await page(at);
      pages.push(rows(html).map(([, email = ""]) => email));
      next = turn(html, link);
    }
    return { pages, last: at };
  }

  test.each(["name", "email", "role", "status", "lastLogin"].flatMap((sort) => [sort, `-${sort}`]))(
    "in the order of %s shows each user once going forward, and the same pages going back",
    async (sort) => {
      const { pages, last } = await walk(address({ sort }), "Next page");
      expect(pages.map((emails) => emails.length)).toEqual([50, 50, total - 100]);
      expect(new Set(pages.flat()).size).toBe(total);
      const back = await walk(last, "Previous page");
      expect(back.pages.toReversed()).toEqual(pages);
    },
  );

  test("keeps filters and search on the next page, and the whole count", async () => {
    const query = { search: "person", role: "member", sort: "-name" };
    expect((await walk(address(query), "Next page")).pages.map((emails) => emails.length)).toEqual([40]);
    const html = await page({ search: "person", status: "active", sort: "-name" });
    expect(words(html)).toContain("120 users");
    const next = new URL(turn(html, "Next page") ?? "", "http://roster.invalid").searchParams;
    expect(Object.fromEntries(next)).toMatchObject({ search: "person", status: "active", sort: "-name" });
    expect(words(await page(turn(html, "Next page") ?? ""))).toContain("120 users");
  });

  test("starts again at the first page after sorting or searching", async () => {
    const second = await page(turn(await page(), "Next page") ?? "");
    expect(linkTo(second, "Email")).toBe("/admin/managers?sort=email");
    expect(second).not.toMatch(/<input[^>]*name="page"/);
  });

  test("has no Previous page on the first page and no Next page on the last", async () => {
    const first = await page();
    expect([turn(first, "Previous page"), turn(first, "First page")]).toEqual([undefined, undefined]);
    const { last } = await walk(address(), "Next page");
    expect(turn(await page(last), "First page")).toBe("/admin/managers");
  });

  test("says which users of how many it shows, and opens pages by number, by its links and by older addresses", async () => {
    const firstPage = await page({ sort: "-email" });
    const second = await page(turn(firstPage, "Next page") ?? "");
    const third = await page(turn(second, "Next page") ?? "");
    const ranges = [firstPage, second, third].map((html) => /\d+–\d+ of [\d,]+/.exec(words(html))?.[0]);
    expect(ranges).toEqual([`1–50 of ${total}`, `51–100 of ${total}`, `101–${total} of ${total}`]);
    const { id } = await roster
      .db("users")
      .where({ email: rows(firstPage).at(-1)?.[1] })
      .first();
    expect(turn(firstPage, "Next page")).toContain(`page=2-${id}`);
    for (const older of ["2", String(id)])
      expect([older, rows(await page({ sort: "-email", page: older }))]).toEqual([older, rows(second)]);
    const back = await page(turn(await page({ sort: "-email", page: "3" }), "Previous page") ?? "");
    expect([rows(back), words(back)]).toEqual([rows(second), expect.stringContaining(`51–100 of ${total}`)]);
    expect(words(await page(turn(back, "Previous page") ?? ""))).toContain(`1–50 of ${total}`);
    const searched = await page({ search: "person", page: "2" });
    expect([rows(searched).length, words(searched)]).toEqual([50, expect.stringContaining("51–100 of 120")]);
    expect(rows(await page({ page: "20" }))).toEqual([]);
  });

  test("by last log-in shows each user once, although someone logs in meanwhile", async () => {
    const ids = await roster.db("users").where("email", "like", "many%").orderBy("id").pluck("id");
    for (const [index, id] of ids.entries())
      await roster
        .db("users")
        .where({ id })
        .update({ last_login_at: `2026-01-01T00:00:00.${100 + index}Z` });
    const query = { search: "many", sort: "-lastLogin" };
    const first = await page(query);
    const last = rows(first).at(-1)?.[1] ?? "";
    await roster.db("users").where({ email: last }).update({ last_login_at: "2026-02-02T00:00:00.000Z" });
    const rest = await walk(turn(first, "Next page") ?? "", "Next page");
    const met = [...rows(first).map(([, email]) => email), ...rest.pages.flat()];
    expect([met.length, new Set(met).size]).toEqual([120, 120]);
    await roster.db("users").where("email", "like", "many%").update({ last_login_at: "" });
  });

  test("shows each user once, although others are added before the current page", async () => {
    const first = await page({ sort: "email" });
    await addUsers(roster.deps, [{ email: "aaa@example.com", firstName: "New", lastName: "Comer" }]);
    const rest = await walk(turn(first, "Next page") ?? "", "Next page");
    const met = [...rows(first).map(([, email]) => email), ...rest.pages.flat()];
    expect([met.length, new Set(met).size]).toEqual([total, total]);
  });

  test("counts no further than a thousand", async () => {
    const thousand = Array.from({ length: 1_000 - total - 1 }, (_, i) => ({
      email: `t${i}@example.com`,
      firstName: "T",
      lastName: String(i),
    }));
    await addUsers(roster.deps, thousand);
    expect(words(await page())).toContain("1,000 users");
    await addUsers(roster.deps, [{ email: "last@example.com", firstName: "The", lastName: "Last" }]);
    expect(words(await page({ page: "3" }))).toContain("101–150 of more than 1,000");
    expect(words(await page())).toContain("more than 1,000 users");
  });
});
