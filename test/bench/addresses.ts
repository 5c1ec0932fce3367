import BetterSqlite3 from "better-sqlite3";
import { createRandom, pick, type Random } from "../../seeds/random.ts";
import { withQuery } from "../../src/web/paging.ts";

const path = "/admin/managers";
const orders = ["name", "email", "role", "status", "lastLogin"].flatMap((key) => [key, `-${key}`]);
const rolesAndStatuses = ["", "admin", "manager", "member"].flatMap((role) =>
  ["", "active", "inactive"].map((status) => ({ role, status })),
);
const commonParts =
  "ann mar son ander ist ova smith garc mül nov kow ari eli jos mich ρος ова нов the ali han eva rob sch ina".split(
    " ",
  );
const oneCharacter = "a e m z o q é ł ñ 王 李 α а 7 .".split(" ");
const twoCharacters = "an ma zz qx jo li 王 ей ος mü sm @e .s ßa é".split(" ");
const noMatch = "qqqq xyzzy zzzzzz nosuchperson annqqq @nowhere smithzz ϡϡϡ ann+mia+zoe qzx".split(" ");

type Row = { id: number; firstName: string; lastName: string; email: string };

/** The address of the Managers page in this state. */
const listAddress = (state: Record<string, string | undefined>): string => withQuery(path, state);

/**
 * The 200 addresses of S1, shuffled: no search, rare and common parts of names, parts of email addresses, one and two
 * characters, no match, filters, each order, deep pages. The same file gives the same addresses.
 */
export function listAddresses(file: string): string[] {
  const db = new BetterSqlite3(file, { readonly: true });
  const random = createRandom(6);
  const count = Number(db.prepare("select max(id) from users").pluck().get());
  const find = db.prepare<[number], Row>(
    "select id, first_name firstName, last_name lastName, email from users where id = ?",
  );
  const someone = (): Row => {
    const row = find.get(1 + Math.floor(random() * count));
    if (!row) throw new Error("the users' ids have a gap");
    return row;
  };
  const repeat = <T>(times: number, make: (index: number) => T): T[] =>
    Array.from({ length: times }, (_, index) => make(index));

  const states: Record<string, string | undefined>[] = [
    ...repeat(20, () => ({})),
    ...repeat(20, (i) => ({ sort: orders[i % orders.length] })),
    ...repeat(20, (i) => ({ ...rolesAndStatuses[1 + (i % 11)], sort: i % 3 === 0 ? pick(random, orders) : undefined })),
    ...repeat(30, (i) => deepPage(db, orders[i % orders.length] ?? "name", count * (0.2 + 0.3 * Math.floor(i / 10)))),
    ...repeat(25, (i) => ({ search: commonParts[i], sort: i % 4 === 0 ? pick(random, orders) : undefined })),
    ...repeat(25, () => ({ search: rarePart(random, someone()) })),
    ...repeat(20, () => ({ search: emailPart(random, someone()) })),
    ...oneCharacter.map((search) => ({ search })),
    ...twoCharacters.map((search) => ({ search })),
    ...noMatch.map((search) => ({ search: search.replaceAll("+", " ") })),
  ];
  db.close();
  return shuffled(random, states.map(listAddress));
}

/** The addresses of eight active users. All have the same password. */
export function listPeople(file: string): string[] {
  const db = new BetterSqlite3(file, { readonly: true });
  const emails = db
    .prepare<[], string>("select email from users where id > 1 and status = 'active' order by id limit 8")
    .pluck()
    .all();
  db.close();
  return emails;
}

function rarePart(random: Random, { firstName, lastName }: Row): string {
  return pick(random, [
    `${firstName} ${lastName}`,
    `${lastName}, ${firstName}`,
    `${firstName.slice(0, 3)} ${lastName}`,
  ]);
}

function emailPart(random: Random, { email }: Row): string {
  const [local = ""] = email.split("@");
  return pick(random, [email, local, local.slice(0, 7), `${local.slice(-4)}@exam`]);
}

/** The page after the user at this depth in the order. */
function deepPage(db: BetterSqlite3.Database, sort: string, depth: number): Record<string, string> {
  const key = sort.replace("-", "");
  const column = { name: "name_key", email: "email", lastLogin: "last_login_at" }[key];
  const direction = sort.startsWith("-") ? "desc" : "asc";
  const order = [column ?? `${key} ${direction}, name_key`, "id"].map((name) => `${name} ${direction}`).join(", ");
  const id = db.prepare<[number], number>(`select id from users order by ${order} limit 1 offset ?`).pluck();
  return { sort, page: `${1 + Math.ceil(depth / 50)}-${id.get(Math.floor(depth))}` };
}

function shuffled<T>(random: Random, values: T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
