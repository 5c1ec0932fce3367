import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import BetterSqlite3 from "better-sqlite3";
import { copyDataFile } from "../../src/database/copy-queries.ts";
import { loadSharp } from "../../src/platform/images.ts";
import { photoHash } from "../../src/users/photo-queries.ts";
import { keyOf } from "../support/api-client.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn } from "../support/visitor.ts";
import { newFolder, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

const check = (folder: string) => command(folder, ["check"]);

test("check finds no problem in a demo or in what people do, while the server runs", async () => {
  const folder = newFolder();
  await command(folder, ["demo", "--users", "30"]);
  const outcome = await check(folder);
  expect(outcome).toMatchObject({ code: 0, err: "" });
  expect(outcome.out).toMatch(/^No problems found: 1 organization, 31 users, \d+ rows of history\.\n$/);

  const started = await startRoster();
  try {
    await giveSecondFactor(started, started.people.mia);
    const ada = await logIn(started, "ada");
    const { id } = started.people.max;
    await ada.submit(`/admin/managers/${id}/personal-information`, { firstName: "Müller", lastName: "İß" });
    await ada.submit(`/admin/managers/${id}/status`, {});
    const headers = { "X-API-Key": await keyOf(started, started.people.ada), "If-Match": "*" };
    await ada.agent.patch(`/api/v1/users/${id}`).set(headers).send({ email: "max.new@example.com" });
    expect(await check(started.dataDir)).toMatchObject({ code: 0, err: "" });
  } finally {
    await started.close();
  }
});

test("check needs a data file of this version", async () => {
  const folder = newFolder();
  expect(refusal(await check(folder))).toMatch(/^The data file /);
  await command(folder, ["demo", "--users", "1"]);
  const db = new BetterSqlite3(join(folder, "roster.db"));
  const { name } = db.prepare("select name from knex_migrations order by id desc limit 1").get() as { name: string };
  db.exec("update knex_migrations set name = '9999-future' where id = (select max(id) from knex_migrations)");
  expect(refusal(await check(folder))).toMatch(/^The data file was written by a newer Roster/);
  db.exec("delete from knex_migrations where name = '9999-future'");
  expect(refusal(await check(folder))).toBe(
    `The data is from an older Roster (it lacks "${name}"). Start the server once to update it`,
  );
  db.close();
});

let roster: Roster;
let pristine: string;

beforeAll(async () => {
  roster = await startRoster();
  await giveSecondFactor(roster, roster.people.mia);
  pristine = join(roster.dataDir, "pristine.db");
  await copyDataFile(join(roster.dataDir, "roster.db"), pristine);
});
afterAll(() => roster.close());

/** A copy of the data file, damaged past every constraint. */
async function checkDamaged(damage: string): Promise<string[]> {
  const folder = newFolder();
  const file = join(folder, "roster.db");
  copyFileSync(pristine, file);
  const db = new BetterSqlite3(file);
  db.unsafeMode(true);
  db.pragma("foreign_keys = OFF");
  db.pragma("ignore_check_constraints = ON");
  db.pragma("writable_schema = ON");
  db.exec(damage);
  db.close();
  const { code, out, err } = await check(folder);
  expect([code, out]).toEqual([1, ""]);
  return err.trimEnd().split("\n");
}
/** All faults except the missing factor-secret, which every copy has. */
const others = (lines: string[]): string[] => lines.filter((line) => !line.includes("factor-secret"));

const everyFault: [string, string, RegExp][] = [
  [
    "an organization without an active Admin",
    "update users set status = 'inactive' where email = 'ada@example.com'",
    /^organization 1: it has no active Admin$/,
  ],
  [
    "a row that refers to a missing user",
    "insert into api_keys (organization_id, user_id, name, start, key_hash, created_by, created_at) values (1, 99, 'k', 's', 'h', 1, '2026')",
    /^api_keys: row \d+ refers to nothing in users$/,
  ],
  [
    "a key in another organization than its owner",
    "insert into api_keys (organization_id, user_id, name, start, key_hash, created_by, created_at) values (2, 1, 'k', 's', 'h', 1, '2026')",
    /^API key \d+: in another organization than its owner$/,
  ],
  [
    "an email in capitals",
    "update users set email = 'ADA@example.com' where id = 1",
    /CHECK constraint failed in users|the email address is not valid/,
  ],
  ["an invalid email", "update users set email = 'ada' where id = 1", /^user 1: the email address is not valid$/],
  [
    "a last confirmed email that is another user's",
    "update users set confirmed_email = 'mia@example.com' where id = 1",
    /^user 1: the last confirmed email is the current one, or another user's$/,
  ],
  [
    "a name that the search would not find",
    "update users set first_name = 'Grace' where id = 1",
    /^user 1: the stored text for searching or sorting does not match the name and email$/,
  ],
  ["a name that the list sorts wrongly", "update users set name_key = 'zz' where id = 1", /^user 1: the stored text/],
  [
    "a user missing from the search index",
    "delete from users_search where rowid = 1",
    /^users: the search index does not match/,
  ],
  [
    "an organization whose folded name is wrong",
    "update organizations set name_key = 'x' where id = 1",
    /^organization 1: the stored form/,
  ],
  [
    "an erased user who kept the email",
    "update users set status = 'inactive', erased_at = '2026' where id = 3",
    /^user 3: erased, but the name, email or photo is still there$/,
  ],
  [
    "history that can be changed",
    "update activity_retention set erased_user_id = 1",
    /^history: its rows can be deleted or changed/,
  ],
  ["a photo that is missing", "update users set photo_hash = 'abc' where id = 1", /^user 1: the photo is missing/],
  [
    "a photo that is no image",
    "update users set photo_hash = 'abc' where id = 1; insert into photos values (1, 'abc', x'00', x'00')",
    /^user 1: the photo is damaged$/,
  ],
  [
    "an inactive user's session",
    "insert into sessions (id_hash, user_id, data, created_at, last_seen_at) values ('h', 4, '{}', '2026', '2026')",
    /^user 4: inactive, but has a session$/,
  ],
  [
    "an invited user's session",
    "update users set invited_until = '2026' where id = 3; insert into sessions (id_hash, user_id, data, created_at, last_seen_at) values ('h', 3, '{}', '2026', '2026')",
    /^user 3: invited, but has a session or an API key$/,
  ],
  [
    "an invited user's API key",
    "update users set invited_until = '2026' where id = 3; insert into api_keys (organization_id, user_id, name, start, key_hash, created_by, created_at) values (1, 3, 'k', 's', 'h', 1, '2026')",
    /^user 3: invited, but has a session or an API key$/,
  ],
  ...[
    [1, 5],
    [5, 1],
  ].map(([by, about]): [string, string, RegExp] => [
    `a group action of user ${by} about user ${about} of another organization`,
    `insert into group_actions (id, organization_id, user_id, act, state, needs_proof, planned, expires_at) values (7, 1, ${by}, 'activate', 'checked', 0, 1, '2026');
     insert into group_action_lines (group_action_id, user_id, version) values (7, ${about}, 1)`,
    /^group action 7: by or about a user of another organization$/,
  ]),
  [
    "history of a later version than the user's",
    "drop trigger activity_no_update; update activity set subject_version = 50 where subject_id = 1",
    /^user 1: history has a later version$/,
  ],
  [
    "history about a user of another organization",
    "drop trigger activity_no_update; update activity set subject_id = 5 where id = (select min(id) from activity where subject_id = 1)",
    /^history row \d+: about a user of another organization$/,
  ],
  [
    "history that cannot be read",
    "drop trigger activity_no_update; update activity set changes = '{' where id = 1",
    /^history row 1: the changes cannot be read$/,
  ],
  [
    "history that may be removed",
    "update activity_retention set delete_before = '2020'",
    /^history: its rows can be deleted/,
  ],
  [
    "recovery codes without a second factor",
    "insert into recovery_codes values (1, 'h')",
    /^user 1: recovery codes without a second factor$/,
  ],
];

test.each(everyFault)("check finds %s", async (_, damage, line) => {
  const faults = others(await checkDamaged(damage));
  expect(faults).toContainEqual(expect.stringMatching(line));
});

test("check finds a photo whose small size is cut off, although no hash covers it", async () => {
  const sharp = await loadSharp();
  const noise = {
    create: { width: 96, height: 96, channels: 3, background: "white", noise: { type: "gaussian" } },
  } as const;
  const image = await sharp(noise).webp().toBuffer();
  const photo = (small: Buffer): string =>
    `update users set photo_hash = '${photoHash({ large: image, small })}' where id = 1;
     insert into photos (user_id, hash, large, small)
       values (1, '${photoHash({ large: image, small })}', x'${image.toString("hex")}', x'${small.toString("hex")}')`;
  expect(others(await checkDamaged(photo(image)))).toEqual([]);
  expect(others(await checkDamaged(photo(image.subarray(0, -40))))).toEqual(["user 1: the photo is damaged"]);
});

test("check finds second factors that cannot be opened, and reports each fault in one line", async () => {
  const lines = await checkDamaged("update organizations set name_key = 'x' || id");
  expect(lines).toEqual([
    expect.stringMatching(/^organization 1: /),
    expect.stringMatching(/^organization 2: /),
    `user ${roster.people.mia.id}: the second factor cannot be decrypted with the file factor-secret`,
  ]);
});
