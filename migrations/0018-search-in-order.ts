import type { Knex } from "knex";
import { isPostgres } from "./dialect.ts";

/** The orders of the list, and what each sorts by. By role and status it sorts by name within each of them. */
const orders = { name: "name_key", email: "email", last_login: "last_login_at" };

/** A place is, from the left: the organization (16 bits), the number of a shelf (33), and a place on it (14). */
const [numberBits, placeBits] = [33, 14];
/** With more users a shelf is to be divided (src/users/shelf-queries.ts). */
const roomy = 256;
/** The first layout: so many users on a shelf, and so many numbers between two shelves, for those to come. */
const [laid, apart] = [128, 2 ** 14];

/**
 * Search indexes that stand in the order of the list (SQLite), in place of those by id: what a search finds comes out in
 * that order, and the first page of it costs the same wherever it begins and however many follow.
 */
export async function up(db: Knex): Promise<void> {
  if (isPostgres(db)) return;
  await dropIndexesById(db);
  for (const sql of [...tables, ...filling, ...triggers, fillingAnew]) await db.raw(sql);
}

async function dropIndexesById(db: Knex): Promise<void> {
  for (const table of ["users_search", "users_short", "users_by_name", "users_by_email", "users_by_last_login"]) {
    for (const event of ["insert", "delete", "update"]) await db.raw(`drop trigger ${table}_${event}`);
    await db.raw(`drop table ${table}`);
  }
}

const each = (make: (order: string, key: string) => string[]): string[] =>
  Object.entries(orders).flatMap(([order, key]) => make(order, key));

/**
 * Three letters that stand together, at each letter of the text, are the words of an index, which has the first letter and the
 * first two of each of these besides. Of the text's three lines the second has the words of the first, in another order.
 */
const afterLine = (text: string): string => `substr(${text}, instr(${text}, char(10)) + 1)`;
const grams = `select group_concat(substr(text, n, 3), ' ') from (select substr(search_text, 1, instr(search_text, char(10))) ||
  ${afterLine(afterLine("search_text"))} as text), positions where n <= length(text)`;

/** The role, the status, and both in one: behind a capital, which no folded text has. */
const filterWords = "'Æ' || role || ' Æ' || status || ' Æ' || role || status";

/** Signs are letters, too: both kinds of quotes, doubled, and all others. */
const tokenizer = "tokenize = \"ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~\"\"'''\"";

/** The text is kept by name alone, where it is looked at when users are counted: one after the other, as they lie. */
const textOf = (order: string, text: string): string => (order === "name" ? `, ${text}` : "");

const tables = [
  `create view user_grams as
     select id, (${grams}) || ' ' || ${filterWords} as grams
       from users`,
  // While it has a row nothing is put in order; when that is deleted, all is put in order at once (fillingAnew).
  "create table search_off (id integer primary key)",
  "create table full_shelves (sort text not null, shelf integer not null, primary key (sort, shelf)) without rowid",
  ...each((order, key) => [
    // Where each shelf but an organization's first (number 0) begins.
    `create table ${order}_shelves (organization_id integer not null, key text not null, id integer not null,
       number integer not null, primary key (organization_id, key, id)) without rowid`,
    `create unique index ${order}_shelves_number on ${order}_shelves (organization_id, number)`,
    `create table ${order}_order (place integer primary key, user_id integer not null unique
       ${textOf(order, "text text not null")}, check (place & ${2 ** placeBits - 1} < ${2 ** placeBits - 1}))`,
    `create virtual table ${order}_grams using fts5 (grams, content = '', contentless_delete = 1, detail = none,
       prefix = '1 2', ${tokenizer})`,
    // A save merges what few saves left, and waits for nothing large: that is merged bit by bit (src/users/tidying.ts).
    ...["automerge', 0", "crisismerge', 64", "usermerge', 8"].map(
      (setting) => `insert into ${order}_grams (${order}_grams, rank) values ('${setting})`,
    ),
    // On which shelf a user belongs.
    `create view ${order}_shelf as select id, organization_id, ${key} as key,
       (organization_id << ${numberBits}) + coalesce((select number from ${order}_shelves as s
         where s.organization_id = u.organization_id and (s.key, s.id) <= (u.${key}, u.id)
         order by s.key desc, s.id desc limit 1), 0) as shelf from users as u`,
  ]),
];

/** For all users at once: hundreds of times quicker than one by one, as an index wants its rows in order. */
const filling = each((order, key) => [
  // An index has users in this order already.
  `insert into ${order}_order select
     (((organization_id << ${numberBits}) + rank / ${laid} * ${apart}) << ${placeBits}) + rank % ${laid}, id
     ${textOf(order, "(select search_text from users where users.id = ranked.id)")}
     from (select id, organization_id,
       row_number() over (partition by organization_id order by ${key}, id) - 1 as rank from users) as ranked`,
  `insert into ${order}_shelves select organization_id, ${key}, id, place >> ${placeBits} & ${2 ** numberBits - 1}
     from ${order}_order cross join users on id = user_id
     where place & ${2 ** placeBits - 1} = 0 and place >> ${placeBits} & ${2 ** numberBits - 1} > 0`,
  `insert into ${order}_grams (rowid, grams) select place, grams from ${order}_order
     cross join user_grams on user_grams.id = user_id order by place`,
  `insert into ${order}_grams (${order}_grams) values ('optimize')`,
]);

/** The next place on a shelf; where it is roomy no longer, the first that is free. */
function freePlace(order: string, shelf: string): string {
  const [first, beyond] = [`(${shelf} << ${placeBits})`, `((${shelf} + 1) << ${placeBits})`];
  const next = `coalesce((select max(place) + 1 from ${order}_order where place >= ${first} and place < ${beyond}), ${first})`;
  const isFree = (place: string): string => `not exists (select 1 from ${order}_order where place = ${place})`;
  return `case when ${next} < ${first} + ${roomy} then ${next} when ${isFree(first)} then ${first} else
    (select place + 1 from ${order}_order as taken where place >= ${first} and place < ${beyond}
       and ${isFree("taken.place + 1")} order by place limit 1) end`;
}

const fillingAnew = `create trigger search_on before delete on search_off begin
  delete from full_shelves;
  ${each((order) => [
    `delete from ${order}_order`,
    `delete from ${order}_shelves`,
    `insert into ${order}_grams (${order}_grams) values ('delete-all')`,
  ]).join(";")};
  ${filling.join(";")}; end`;

const isOn = "not exists (select 1 from search_off)";

const triggers = each((order, key) => {
  const add = `insert into ${order}_grams (rowid, grams) select new.place, grams from user_grams where id = new.user_id;`;
  const remove = `delete from ${order}_grams where rowid = old.place;`;
  const tellFull = `insert or ignore into full_shelves select '${order}', new.place >> ${placeBits}
    where new.place & ${2 ** placeBits - 1} >= ${roomy};`;
  const due = `(select shelf from ${order}_shelf where id = new.id)`;
  const place = freePlace(order, due);
  const isMoved = `(select place >> ${placeBits} from ${order}_order where user_id = new.id) <> ${due}`;
  const isChanged = ["search_text", "role", "status"]
    .map((column) => `old.${column} is not new.${column}`)
    .join(" or ");
  return [
    `create trigger ${order}_order_insert after insert on ${order}_order when ${isOn} begin ${add} ${tellFull} end`,
    `create trigger ${order}_order_update after update of place on ${order}_order when ${isOn} begin
       ${remove} ${add} ${tellFull} end`,
    `create trigger ${order}_order_delete after delete on ${order}_order when ${isOn} begin ${remove} end`,
    `create trigger users_${order}_insert after insert on users when ${isOn} begin
       insert into ${order}_order values (${place}, new.id ${textOf(order, "new.search_text")}); end`,
    `create trigger users_${order}_delete after delete on users when ${isOn} begin
       delete from ${order}_order where user_id = old.id; end`,
    `create trigger users_${order}_update after update of search_text, role, status, ${key} on users
       when ${isOn} and (${isChanged} or (old.${key} is not new.${key} and ${isMoved})) begin
       update ${order}_order set place = case when ${isMoved} then ${place} else place end
         ${order === "name" ? ", text = new.search_text" : ""} where user_id = new.id; end`,
  ];
});
