import type { Knex } from "knex";
import { z } from "zod";
import { type DemoPerson, demoPeople } from "../../seeds/people.ts";
import { createPasswordHashing } from "../passwords/hashing.ts";
import { generatePassphrase } from "../passwords/passphrase.ts";
import { typedForServer } from "../platform/root.ts";
import { newToken } from "../platform/secrets.ts";
import { timestamp } from "../platform/time.ts";
import { ValidationError } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { Photo } from "../users/photo-queries.ts";
import { pluralize, reportProgress } from "./command.ts";
import { demoHistory, demoKeys, versionsAfter } from "./demo-history.ts";
import { drawPhotos } from "./demo-photos.ts";
import { dataCommand } from "./installation.ts";
import {
  insertDemoActivity,
  insertDemoKeys,
  insertDemoOrganization,
  insertDemoUsers,
  isInstallationEmpty,
} from "./queries.ts";

const organization = "Harbour & Sons";
const domain = "example.com";
const admin = { firstName: "Ada", lastName: "Lovelace", email: `ada@${domain}` };
/** With this seed, one of the first people is inactive and every role occurs, so that a small demo shows them too. */
const seed = 186;
const maxUsers = 100_000;
/** Drawing one takes about 25 ms, and all are in memory until they are written. */
const maxPhotos = 1_000;
const notEmpty = "The demo needs an empty installation, and this one has users. Choose another folder with DATA_DIR";

const numberFault = `Enter a whole number from 1 to ${maxUsers}`;
const schema = z.object({
  users: z
    .string()
    .regex(/^\d{1,9}$/, { error: numberFault, abort: true })
    .transform(Number)
    .refine((count) => count >= 1 && count <= maxUsers, numberFault)
    .prefault("300")
    .meta({ form: "N", description: `the number of users, 1 to ${maxUsers.toLocaleString("en")}; 300 by default` }),
});

export const demo = dataCommand({
  summary: "fills an empty installation with an organization on Pro, an Admin and N demo users (300 by default)",
  schema,
  example: "--users 1000",
  allowsNew: true,
  run: async ({ db, config }, { users }) => {
    if (!(await isInstallationEmpty(db))) throw new ValidationError(notEmpty);
    const password = await generatePassphrase(
      { ...admin, organization },
      {
        minLength: config.passwordMinLength,
        requester: "operator",
      },
    );
    const { hash } = createPasswordHashing(config.bcryptCost);
    // Nobody knows the other passwords.
    const hashes = { admin: await hash(password), others: await hash(newToken()) };
    const people = makePeople(users);
    reportProgress("Drawing photos");
    const photos = await drawPhotos(people);
    reportProgress(`Writing ${pluralize(users, "user")} and their history`);
    const id = await db.transaction(async (trx) => {
      if (!(await isInstallationEmpty(trx))) throw new ValidationError(notEmpty);
      return insertDemo(trx, { people, photos, hashes });
    });
    const lines = [
      `Created the organization ${organization}, on Pro, with an Admin and ${users} users.`,
      `Email:    ${admin.email}`,
      `Password: ${password}`,
      `Start Roster with "${typedForServer}" if it is not running, and log in at ${config.baseUrl}/login`,
    ];
    const json = {
      organization: { id, name: organization, plan: "pro" },
      users,
      admin: { email: admin.email, password },
    };
    return { lines, json };
  },
});

/** The Admin, who has the oldest account, and this many others. */
function makePeople(users: number): DemoPerson[] {
  const people = [...demoPeople({ count: users + 1, domain, seed })];
  const every = Math.ceil(people.filter(({ hasPhoto }) => hasPhoto).length / maxPhotos) || 1;
  return people.map((person, index) =>
    index === 0
      ? { ...person, ...admin, hasPhoto: true }
      : { ...person, hasPhoto: person.hasPhoto && index % every === 0 },
  );
}

type Demo = {
  people: readonly DemoPerson[];
  photos: readonly (Photo | undefined)[];
  hashes: { admin: string; others: string };
};

/** @returns the organization's ID */
async function insertDemo(trx: Knex.Transaction, { people, photos, hashes }: Demo): Promise<OrganizationId> {
  const now = Date.now();
  const at = (daysAgo: number): string => timestamp(new Date(now - daysAgo * 86_400_000));
  const keys = demoKeys(people);
  const events = demoHistory(organization, people, keys);
  const versions = versionsAfter(events);

  const organizationId = await insertDemoOrganization(trx, {
    name: organization,
    createdAt: at(events[0]?.daysAgo ?? 0),
  });
  const users = people.map(({ createdDaysAgo, lastLoginMinutesAgo, hasPhoto: _, ...person }, index) => ({
    ...person,
    passwordHash: index === 0 ? hashes.admin : hashes.others,
    photo: photos[index],
    version: versions.last.get(index) ?? 1,
    createdAt: at(createdDaysAgo),
    lastLoginAt: lastLoginMinutesAgo === null ? null : at(lastLoginMinutesAgo / (24 * 60)),
  }));
  const idOf = await insertDemoUsers(trx, organizationId, users);
  await insertDemoKeys(trx, keys, { at, idOf, organizationId });
  const history = events.map((event, index) => ({ ...event, version: versions.each[index] }));
  await insertDemoActivity(trx, history, { at, idOf, organizationId });
  return organizationId;
}
