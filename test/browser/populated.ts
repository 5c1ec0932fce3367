import sharp from "sharp";
import { portraitSvg } from "../../seeds/portraits.ts";
import { insertKey } from "../../src/api-keys/queries.ts";
import { insertApplication, updateApplicationStatus } from "../../src/applications/queries.ts";
import { countRefusedLogIn } from "../../src/audit/refused-queries.ts";
import { newToken } from "../../src/platform/secrets.ts";
import type { OrganizationId } from "../../src/roles/people.ts";
import { roles } from "../../src/roles/roles.ts";
import { squarePhoto } from "../../src/users/photo-image.ts";
import { upsertPhoto } from "../../src/users/photo-queries.ts";
import { triesFor } from "../support/guessing.ts";
import { addInvited, addUser, addUsers, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { type Factor, giveSecondFactor } from "../support/second-factor.ts";

/** A Roster in which every page has something to show. */
export type Populated = Roster & {
  /** A Manager with a photo and a second factor. */
  zoe: Person;
  /** Locked after too many wrong passwords. */
  locked: Person;
  /** An API key has set the email. */
  unconfirmed: Person;
  /** With a link that still works. */
  invited: Person & { page: string };
  /** First and last name have a hundred letters and no place to break. */
  longest: Person;
  /** The phone of `coder`. */
  coded: Factor;
};

/** People who have only one page, or who change what others need. */
export const [olga, coder, withoutCode, beginner, asked, unsure] = [
  "olga@example.com",
  "coder@example.com",
  "halfway@example.com",
  "user1@example.com",
  "asked@example.com",
  "unsure@example.com",
];

export async function startPopulated(): Promise<Populated> {
  const roster = await startRoster({ SUPPORT_EMAIL: "support@example.com" });
  const add = (email: string, more: object = {}): Promise<Person> => addUser(roster.deps, { email, ...more });
  const zoe = await add("zoe@example.com", { firstName: "Zoë", lastName: "O'Neill", role: "manager" });
  const coded = await giveSecondFactor(roster, await add(coder, { role: "manager" }));
  await giveSecondFactor(roster, await add(withoutCode));
  await giveSecondFactor(roster, zoe);
  await add(asked, { mustChangePassword: true });
  await add(olga, { role: "admin" });
  const locked = await add("held@example.com", { firstName: "Hélène", lastName: "Retenue" });
  await triesFor(roster, locked.email, 5);
  for (const [index, firstName] of ["Élodie", "Łukasz", "Δήμητρα", "محمد", "美咲", "Ngozi"].entries())
    await add(`user${index}@example.com`, { firstName, lastName: "Adébáyò-Wiśniewska" });
  const unconfirmed = await add(unsure, { firstName: "Nia", lastName: "Neu", role: "manager" });
  const confirmed_email = `${"x".repeat(64)}@${"long-".repeat(12)}.example`;
  await roster.db("users").where({ id: unconfirmed.id }).update({ confirmed_email });
  const invited = await addInvited(roster.deps, { email: "invited@example.com", firstName: "Ína", lastName: "Vited" });
  const longest = await add("longest@example.com", { firstName: "Z".repeat(100), lastName: "W".repeat(100) });
  // So many that the list has a second page. No state looks for anyone in the middle of it.
  await addUsers(
    roster.deps,
    Array.from({ length: 45 }, (_, index) => ({
      email: `volunteer${index}@example.com`,
      firstName: "Wolfeschlegelsteinhausenbergerdorff",
      lastName: `Featherstonehaugh-Cholmondeley ${index}`,
    })),
  );
  const { organization_id: organizationId } = await roster.db("users").where({ id: zoe.id }).first();
  for (const address of ["192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1"])
    await countRefusedLogIn(roster.db, { organizationId, address });
  await givePhoto(roster, { id: zoe.id, organizationId });
  for (const person of [roster.people.ada, roster.people.mia]) await giveKeys(roster, person);
  await failMail(roster, roster.people.max);
  await addApplications(roster, organizationId);
  return Object.assign(roster, { zoe, locked, unconfirmed, invited, longest, coded });
}

async function givePhoto({ db }: Roster, user: Parameters<typeof upsertPhoto>[1]): Promise<void> {
  const drawn = await sharp(Buffer.from(portraitSvg(3)))
    .png()
    .toBuffer();
  const photo = await squarePhoto(drawn);
  if (!photo) throw new Error("the portrait is no photo");
  await db.transaction((trx) => upsertPhoto(trx, user, photo));
}

/** A mail that its server refused. */
async function failMail({ db, deps }: Roster, { id: userId, email: to }: Person): Promise<void> {
  const mail = { userId, to, write: () => ({ subject: "Your Roster password was changed", text: "Hello" }) };
  await db.transaction((trx) => deps.mailer.enqueue(trx, mail));
  await deps.mailer.settled();
  const end = { sent_at: null, tries: 1, failed_at: new Date().toISOString(), failure: "refused" };
  await db("deliveries").where({ user_id: userId }).update(end);
}

/** Keys in every state. */
async function giveKeys({ db }: Roster, { id: userId }: Person): Promise<void> {
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const used = { last_used_at: ago(0.1), last_used_address: "2001:db8:85a3:8d3:1319:8a2e:370:7348" };
  const keys: [string, "read" | "write", object][] = [
    ["A name as long as people make them, Straßenbahnfahrplanauskunft", "write", { expires_at: null, ...used }],
    ["Nightly export", "read", { last_used_at: ago(3), last_used_address: "192.0.2.7" }],
    ["Build server", "write", { expires_at: ago(-0.5), ...used }],
    ["Never used", "read", { last_used_at: null }],
    ["Dashboard", "read", { expires_at: ago(40), last_used_at: ago(41), last_used_address: "192.0.2.7" }],
    ["Lost", "write", { revoked_at: ago(5) }],
  ];
  for (const [name, scope, fields] of keys) {
    const key = { userId, name, key: `roster_${newToken()}`, scope, lifetimeDays: 90, createdBy: 1 };
    const keyId = await db.transaction((trx) => insertKey(trx, key));
    await db("api_keys").where({ id: keyId }).update(fields);
  }
  const [rotated, by] = await db("api_keys").where({ user_id: userId }).orderBy("id").offset(2);
  await db("api_keys").where({ id: rotated.id }).update({ replaced_by: by.id });
}

/** The first is for Admins, the second for everyone and deactivated. */
async function addApplications({ db }: Roster, organizationId: OrganizationId): Promise<void> {
  const shared = {
    redirectAddresses: ["https://wiki.example/oauth2/callback"],
    logOutAddress: "https://wiki.example/",
    backChannelAddress: "https://wiki.example/oauth2/log-out",
  };
  const wiki = { ...shared, name: "Wiki", kind: "web" as const, roles: ["admin" as const] };
  const app = { ...shared, name: "Straßenbahnfahrplanauskunft", kind: "public" as const, roles: [...roles] };
  await db.transaction(async (trx) => {
    await insertApplication(trx, organizationId, { ...wiki, clientId: "wiki", secret: newToken() });
    const id = await insertApplication(trx, organizationId, { ...app, clientId: "timetable", secret: undefined });
    await updateApplicationStatus(trx, id, "inactive");
  });
}
