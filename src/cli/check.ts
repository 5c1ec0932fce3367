import { z } from "zod";
import { damagesIn } from "../database/copy-queries.ts";
import { type Database, openDatabase } from "../database/database.ts";
import { pendingMigrations } from "../database/migrate.ts";
import { fold } from "../platform/fold.ts";
import { loadSharp } from "../platform/images.ts";
import { Refusal } from "../roles/refusal.ts";
import { email } from "../users/fields.ts";
import { photoHash } from "../users/photo-queries.ts";
import { nameKey, searchText } from "../users/search-text.ts";
import { findClosedFactors } from "./check-factors.ts";
import {
  countChecked,
  everyChange,
  everyPhoto,
  everyUser,
  listContradictions,
  listOrganizationKeys,
} from "./check-queries.ts";
import { isSearchSound } from "./check-search-queries.ts";
import { counted, defineCommand, progress, Refusals } from "./command.ts";
import { dataFileIn, settings } from "./data-file.ts";

export const check = defineCommand({
  does: "looks whether the data file is whole and what it says agrees; exits 1 on any fault",
  schema: z.object({}),
  example: "",
  run: async () => {
    const config = settings({ createsSecret: false });
    const dataFile = config.databaseUrl === undefined ? dataFileIn(config) : undefined;
    const db = await openDatabase(config);
    try {
      const [pending] = await pendingMigrations(db);
      if (pending)
        throw new Refusal(`The data file is an older Roster's: it lacks "${pending}". Start the server once`);
      progress("Checking the data file itself");
      // Values in a damaged file need no further check.
      const damages = dataFile ? damagesIn(dataFile) : [];
      const faults = damages.length > 0 ? damages : await listFaults(db, config.dataDir);
      if (faults.length > 0) throw new Refusals(faults);
      const totals = await countChecked(db);
      const { organizations, users, activity } = totals;
      const found = [
        counted(organizations, "organization"),
        counted(users, "user"),
        `${counted(activity, "row")} of history`,
      ];
      const lines = [`No fault: ${found.join(", ")}.`];
      return { lines, json: totals };
    } finally {
      await db.destroy();
    }
  },
});

async function listFaults(db: Database, dataDir: string): Promise<string[]> {
  progress("Checking second factors and the search");
  const closed = await findClosedFactors(db, dataDir);
  const isSearched = await isSearchSound(db);
  progress("Checking whether rows agree");
  const contradictions = await listContradictions(db);
  const organizations = await organizationFaults(db);
  progress("Checking users");
  const users = await userFaults(db);
  progress("Checking photos");
  const photos = await photoFaults(db);
  progress("Checking history");
  return [
    ...(isSearched ? [] : ["users: the search index does not agree with the users"]),
    ...contradictions,
    ...organizations,
    ...users,
    ...photos,
    ...(await historyFaults(db)),
    ...closed.map((id) => `user ${id}: the second factor does not open under the file factor-secret`),
  ];
}

async function organizationFaults(db: Database): Promise<string[]> {
  const organizations = await listOrganizationKeys(db);
  return organizations
    .filter(({ name, nameKey }) => fold(name) !== nameKey)
    .map(({ id }) => `organization ${id}: its name is not found by what it is looked up by`);
}

async function userFaults(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const user of everyUser(db)) {
    if (email.safeParse(user.email).data !== user.email) faults.push(`user ${user.id}: the e-mail address is none`);
    if (nameKey(user) !== user.nameKey || searchText(user) !== user.searchText)
      faults.push(`user ${user.id}: the search looks for another name or address`);
  }
  return faults;
}

async function photoFaults(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const { userId, hash, large, small } of everyPhoto(db)) {
    const isWhole = photoHash({ large, small }) === hash && (await isImage(large)) && (await isImage(small));
    if (!isWhole) faults.push(`user ${userId}: the photo is damaged`);
  }
  return faults;
}

/** Only decodes it: sharp's statistics took nine tenths of the command's time. */
async function isImage(image: Buffer): Promise<boolean> {
  const sharp = await loadSharp();
  return sharp(image, { failOn: "truncated" })
    .raw()
    .toBuffer()
    .then(() => true)
    .catch(() => false);
}

async function historyFaults(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const { id, changes } of everyChange(db)) {
    if (!isJson(changes)) faults.push(`history row ${id}: what was changed cannot be read`);
  }
  return faults;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
