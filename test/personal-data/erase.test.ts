import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { countRefusedLogIn } from "../../src/audit/refused-queries.ts";
import { deleteOldHistory } from "../../src/audit/retention-queries.ts";
import { listInconsistencies } from "../../src/cli/check-queries.ts";
import { eraseUser } from "../../src/personal-data/erase-user.ts";
import { keepErased } from "../../src/personal-data/keep-erased.ts";
import { AccessDenied } from "../../src/roles/errors.ts";
import { changeUser } from "../../src/users/changes.ts";
import { requireUser } from "../../src/users/queries.ts";
import { setPhoto } from "../../src/users/save-photo.ts";
import { clientOf, faultsOf } from "../support/api-client.ts";
import { errorsOf, headings, linkTo, words } from "../support/html.ts";
import { checked, head } from "../support/imports.ts";
import { generateKey } from "../support/keys.ts";
import { outbox } from "../support/outbox.ts";
import { addUser, giveResetLink, type Person, password } from "../support/people.ts";
import { isOnPostgres } from "../support/postgres.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { giveSecondFactor } from "../support/second-factor.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster({ TRUST_PROXY: "loopback" });
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const profile = ({ id }: { id: number }): string => `/admin/managers/${id}`;
const userOf = async ({ id }: { id: number }) => {
  const { organization_id } = await storedUser(roster, { id });
  return requireUser(roster.db, organization_id, id);
};
const deactivate = async (person: { id: number }) =>
  changeUser(roster.deps, { actor: { kind: "system" }, user: await userOf(person), fields: { status: "inactive" } });
const erase = (person: Person, fields: Record<string, string> = {}) =>
  ada.submit(`${profile(person)}/erase`, { email: person.email, ownPassword: password, ...fields });

const names = { firstName: "Quirinella", lastName: "Vandersloot", earlier: "Zwentibold" };
const wen = { email: "quirinella.v@wendeltreppe.example", earlier: "q.before@wendeltreppe.example" };
const ownAddress = "198.51.100.77";
const ownBrowser = "Wendelbrowser/7.3";

/** A user with a trace in every place that Roster has. */
async function someoneWithTraces(): Promise<Person> {
  const { db, deps } = roster;
  const person = await addUser(deps, { ...names, email: wen.earlier, role: "admin" });
  // Noise, so that its bytes are its own.
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const photo = await sharp({ create: { width: 300, height: 300, channels: 3, background: "red", noise } })
    .png()
    .toBuffer();
  const user = await userOf(person);
  await setPhoto(deps, { actor: { kind: "user", id: roster.people.ada.id }, user, file: photo });
  await giveResetLink(roster, person);
  const visitor = visit(roster);
  const from = { "X-Forwarded-For": ownAddress, "User-Agent": ownBrowser };
  const { text } = await visitor.get("/login");
  const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1];
  const answer = await visitor.agent
    .post("/login")
    .set(from)
    .type("form")
    .send({ _csrf: token, email: person.email, password });
  if (answer.status !== 303) throw new Error(`log-in: ${answer.status}`);
  await giveSecondFactor(roster, person);
  await ada.submit(`${profile(person)}/personal-information`, { firstName: names.earlier });
  await ada.submit(`${profile(person)}/personal-information`, { firstName: names.firstName, email: wen.email });
  await generateKey(ada, person);
  await db("api_keys")
    .where({ user_id: person.id })
    .update({ name: `Key of ${names.firstName}`, last_used_address: ownAddress });
  await checked(ada, `${head}\n${wen.email},${names.firstName},${names.lastName},admin\nother@example.com,New,Comer,`);
  await countRefusedLogIn(db, { organizationId: user.organizationId, address: ownAddress });
  await deactivate(person);
  await db("deliveries").insert({
    ...{
      kind: "mail",
      uid: "waiting",
      user_id: roster.people.ada.id,
      address: "ada@example.com",
      subject: "Someone leaves",
    },
    text: `${names.firstName} ${names.lastName} leaves in a week.`,
    ...{ created_at: "2026-01-01", next_try_at: "9999", expires_at: "9999" },
  });
  await outbox(roster);
  return { ...person, email: wen.email };
}

/** What must not be anywhere afterwards, the photo's bytes included. */
async function secretsOf(person: Person): Promise<(string | Buffer)[]> {
  const photo: { small: Buffer; large: Buffer } = await roster.db("photos").where({ user_id: person.id }).first();
  const middle = (image: Buffer): Buffer => image.subarray(image.length / 2, image.length / 2 + 24);
  return [
    ...Object.values(names),
    ...Object.values(wen),
    ownAddress,
    ownBrowser,
    middle(photo.small),
    middle(photo.large),
  ];
}

/** The names of files in the data folder that have it, in any case. */
function filesWith(secret: string | Buffer): string[] {
  const files = readdirSync(roster.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => {
      const bytes = readFileSync(file);
      if (typeof secret !== "string") return bytes.includes(secret);
      return bytes.toString("latin1").toLowerCase().includes(secret.toLowerCase());
    });
}

async function rowsWith(secret: string | Buffer): Promise<string[]> {
  const tables: string[] = isOnPostgres
    ? await roster.db("pg_tables").whereRaw("schemaname = current_schema()").pluck("tablename")
    : await roster.db("sqlite_schema").where({ type: "table" }).whereRaw("name not like 'users_search%'").pluck("name");
  const found = await Promise.all(
    tables.map(async (table) => {
      const rows = await roster.db(table);
      const hasIt = rows.some((row) =>
        Object.values(row).some((value) =>
          Buffer.isBuffer(value)
            ? value.includes(secret)
            : String(value).toLowerCase().includes(String(secret).toLowerCase()),
        ),
      );
      return hasIt ? [table] : [];
    }),
  );
  return found.flat();
}

test("an erased user leaves nothing in the database, its files, the outbox and the log, except what happened", async () => {
  const person = await someoneWithTraces();
  const secrets = await secretsOf(person);
  for (const secret of secrets) expect(await rowsWith(secret)).not.toEqual([]);
  const before = await roster.db("activity").orderBy("id");

  expect((await erase(person)).headers.location).toBe(profile(person));

  const found: Record<string, string[]> = {};
  for (const secret of secrets) {
    const places = [...(await rowsWith(secret)), ...filesWith(secret)];
    if (roster.log().includes(String(secret))) places.push("log");
    if (places.length > 0) found[String(secret)] = places;
  }
  expect(found).toEqual({});
  expect(await listInconsistencies(roster.db)).toEqual([]);

  const former = { first_name: "Former", last_name: `user ${person.id}`, email: `user-${person.id}@erased.invalid` };
  expect(await storedUser(roster, person)).toMatchObject({
    ...former,
    role: "admin",
    status: "inactive",
    photo_hash: null,
  });
  const lasting = ({ changes: _, address: __, browser: ___, ...row }: Record<string, unknown>) => row;
  const after = await roster.db("activity").orderBy("id");
  expect(after.slice(0, before.length).map(lasting)).toEqual(before.map(lasting));
  const own = { actor_id: roster.people.ada.id };
  expect(after.filter((row) => row.actor_id === own.actor_id && row.id <= before.length)).toEqual(
    before
      .filter((row) => row.actor_id === own.actor_id)
      .map((row) => expect.objectContaining({ address: row.address })),
  );
  expect(after.slice(before.length).map(({ action, ...row }) => [action, row.actor_id, row.subject_id])).toEqual([
    ["user.confirmed", own.actor_id, own.actor_id],
    ["user.erased", own.actor_id, person.id],
  ]);

  const { text } = await ada.get(profile(person));
  expect(headings(text, 1)).toEqual([`Former user ${person.id}`]);
  expect(words(text)).toMatch(/personal data was erased on .* can’t be undone/);
  expect(text).not.toMatch(/\/(?:role|status|password|erase|personal-information)"/);
  expect(words((await ada.get(`/admin/managers?search=former`)).text)).toMatch(`Former user ${person.id}`);
  expect(words((await ada.get(`/admin/activity?user=${person.id}`)).text)).toMatch(/First name: erased/);
});

test("no program gets the erased person's data again with an earlier Idempotency-Key", async () => {
  const client = await clientOf(roster, roster.people.ada);
  const body = { firstName: "Nina", lastName: "Again", email: "again@example.com", role: "member", password } as const;
  const create = () => client.POST("/users", { body, params: { header: { "Idempotency-Key": "again" } } });
  const { data } = await create();
  expect((await create()).data?.id).toBe(data?.id);
  const person = { id: data?.id ?? 0, email: body.email };
  await deactivate(person);
  await erase(person);
  expect((await create()).data?.id).not.toBe(data?.id);
});

describe("nothing of an erased user changes any more:", () => {
  let person: Person;

  beforeAll(async () => {
    person = await addUser(roster.deps, { email: "gone@example.com", firstName: "Gone", lastName: "Away" });
    await deactivate(person);
    await erase(person);
  });

  test.each([
    ["status", { status: "active" }],
    ["role", { role: "manager" }],
    ["personal-information", { firstName: "Back", lastName: "Again", email: "back@example.com" }],
    ["password", { password, confirmPassword: password }],
    ["api-keys", { name: "Key" }],
    ["erase", { email: "x", ownPassword: password }],
  ])("the page %s", async (page, fields: Record<string, string>) => {
    const before = await storedUser(roster, person);
    const _csrf = await ada.token("/admin/organization");
    const version = String(before.version);
    const answer = await ada.post(`${profile(person)}/${page}`, { version, ...fields, _csrf });
    expect([answer.status, words(answer.text)]).toEqual([422, expect.stringMatching(/personal data was erased/)]);
    expect(await storedUser(roster, person)).toEqual(before);
  });

  test("the API, imports and changes by the operator", async () => {
    const before = await storedUser(roster, person);
    const client = await clientOf(roster, roster.people.ada);
    const path = { id: person.id };
    const reason = expect.stringMatching(/personal data was erased/);
    const match = { params: { path, header: { "If-Match": "*" } } };
    const patched = await client.PATCH("/users/{id}", { ...match, body: { firstName: "Back" } });
    expect(faultsOf(patched)).toEqual({ "#/form": reason });
    expect(faultsOf(await client.POST("/users/{id}/activate", { params: { path } }))).toEqual({ "#": reason });
    const { data } = await client.GET("/users/{id}", { params: { path } });
    expect(data).toMatchObject({ firstName: "Former", status: "inactive" });
    const { html } = await checked(ada, `id,${head}\n${person.id},back@example.com,Back,Again,`);
    expect(words(html)).toMatch(/personal data was erased/);
    const user = await userOf(person);
    await expect(
      changeUser(roster.deps, { actor: { kind: "operator" }, user, fields: { status: "active" } }),
    ).rejects.toThrow(/personal data was erased/);
    expect(await storedUser(roster, person)).toEqual(before);
  });

  test("and their email can be used by someone new, theirs now by no one", async () => {
    const fields = { firstName: "New", lastName: "Comer", role: "member", password, confirmPassword: password };
    const create = (email: string) => ada.submit("/admin/managers/new", { ...fields, email });
    expect(errorsOf((await create("user-1@erased.invalid")).text)).toHaveProperty("email");
    expect((await create("gone@example.com")).status).toBe(303);
  });
});

describe("the page that erases", () => {
  test("changes nothing for someone who loses the Admin role meanwhile", async () => {
    const person = await addUser(roster.deps, { email: "meanwhile@example.com" });
    await deactivate(person);
    const lost = async () => Promise.reject(new AccessDenied("lost"));
    const actor = { kind: "user", id: roster.people.ada.id, reauthorize: lost } as const;
    await expect(eraseUser(roster.deps, { actor, user: await userOf(person) })).rejects.toThrow("lost");
    expect(await storedUser(roster, person)).toMatchObject({ email: "meanwhile@example.com", erased_at: null });
  });

  test("refuses an active user, another email and a wrong password, under the limit of passwords", async () => {
    const { max } = roster.people;
    expect(words((await ada.get(`${profile(max)}/erase`)).text)).toMatch(/Deactivate them first/);
    expect((await erase(max)).status).toBe(422);
    const person = await addUser(roster.deps, { email: "stays@example.com" });
    await deactivate(person);
    expect(linkTo((await ada.get(profile(person))).text, "Erase personal data")).toBe(`${profile(person)}/erase`);
    expect(errorsOf((await erase(person, { email: "max@example.com" })).text)).toHaveProperty("email");
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await erase(person, { ownPassword: "wrong" })).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    expect(await storedUser(roster, person)).toMatchObject({ email: "stays@example.com", erased_at: null });
    expect(await historyOf(roster, person, "user.erased")).toEqual([]);
    await roster.db("throttles").del();
  });
});

test("the list outside the data file erases again who came back with an older copy", async () => {
  const person = await addUser(roster.deps, { email: "copy@example.com", firstName: "Older", lastName: "Copy" });
  await deactivate(person);
  const old = await storedUser(roster, person);
  await eraseUser(roster.deps, { actor: { kind: "operator" }, user: await userOf(person) });
  await keepErased(roster.deps);
  await roster
    .db("users")
    .where({ id: person.id })
    .update({ ...old, status: "active", version: 9 });
  const list = join(roster.dataDir, "erased-users.jsonl");
  const other = { id: roster.people.max.id, createdAt: "2020-01-01T00:00:00.000Z" };
  writeFileSync(list, `${readFileSync(list, "utf8")}${JSON.stringify(other)}\n`);
  await keepErased(roster.deps);
  expect(await storedUser(roster, person)).toMatchObject({ first_name: "Former", status: "inactive" });
  expect(await storedUser(roster, roster.people.max)).toMatchObject({ erased_at: null });
  await keepErased(roster.deps);
  expect(await historyOf(roster, person, "user.erased")).toHaveLength(2);
});

test("history lets nothing else of it be changed, and nothing outside of the erasure", async () => {
  const { mia, max } = roster.people;
  await ada.submit(`${profile(mia)}/role`, { role: "manager" });
  await deleteOldHistory(roster.db, undefined);
  const allow = (sql: string, id: number | null) =>
    roster.db.transaction(async (trx) => {
      await trx("activity_retention").update({ erased_user_id: id });
      await trx.raw(sql);
    });
  const refused = [
    ["update activity set changes = '{}'", null],
    [`update activity set changes = '{}' where subject_id = ${mia.id}`, max.id],
    [`update activity set address = '192.0.2.9' where subject_id = ${mia.id}`, mia.id],
    [`update activity set action = 'role.seen' where subject_id = ${mia.id}`, mia.id],
    [`update activity set actor_id = ${max.id} where subject_id = ${mia.id}`, mia.id],
    [`delete from activity where subject_id = ${mia.id}`, mia.id],
  ] as const;
  for (const [sql, id] of refused) await expect(allow(sql, id)).rejects.toThrow("append-only");
});
