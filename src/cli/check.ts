import { z } from "zod";
import { findIntegrityErrors } from "../database/copy-queries.ts";
import { type Database, openDatabase } from "../database/database.ts";
import { fold } from "../platform/fold.ts";
import { loadSharp } from "../platform/images.ts";
import { endOfDay } from "../platform/time.ts";
import { email } from "../users/fields.ts";
import { photoHash } from "../users/photo-queries.ts";
import { nameKey, searchText } from "../users/search-text.ts";
import { findUndecryptableFactors } from "./check-factors.ts";
import { countChecked, listInconsistencies, listOrganizationKeys } from "./check-queries.ts";
import { iterateChanges, iteratePhotos, iterateUsers } from "./check-row-queries.ts";
import { isSearchIndexConsistent } from "./check-search-queries.ts";
import { defineCommand, ErrorList, pluralize, reportProgress } from "./command.ts";
import { dataFilePath, loadSettings } from "./data-file.ts";
import { requireCurrent } from "./installation.ts";

export const check = defineCommand({
  summary: "checks the data file for damage and inconsistencies; exits with 1 if it finds a problem",
  schema: z.object({}),
  example: "",
  run: async () => {
    const config = loadSettings({ createsSecret: false });
    const dataFile = config.databaseUrl === undefined ? dataFilePath(config) : undefined;
    const db = await openDatabase(config);
    try {
      await requireCurrent(db);
      reportProgress("Checking the data file for damage");
      // Values in a damaged file need no further check.
      const integrityErrors = dataFile ? findIntegrityErrors(dataFile) : [];
      const faults = integrityErrors.length > 0 ? integrityErrors : await listProblems(db, config.dataDir);
      if (faults.length > 0) throw new ErrorList(faults);
      const totals = await countChecked(db);
      const { organizations, users, activity } = totals;
      const found = [
        pluralize(organizations, "organization"),
        pluralize(users, "user"),
        `${pluralize(activity, "row")} of history`,
      ];
      const lines = [`No problems found: ${found.join(", ")}.`];
      return { lines, json: totals };
    } finally {
      await db.destroy();
    }
  },
});

async function listProblems(db: Database, dataDir: string): Promise<string[]> {
  reportProgress("Checking second factors and the search index");
  const undecryptable = await findUndecryptableFactors(db, dataDir);
  const isSearched = await isSearchIndexConsistent(db);
  reportProgress("Checking for contradictions");
  const contradictions = await listInconsistencies(db);
  const organizations = await organizationProblems(db);
  reportProgress("Checking users");
  const users = await userProblems(db);
  reportProgress("Checking photos");
  const photos = await photoProblems(db);
  reportProgress("Checking history");
  return [
    ...(isSearched ? [] : ["users: the search index does not match the users"]),
    ...contradictions,
    ...organizations,
    ...users,
    ...photos,
    ...(await historyProblems(db)),
    ...undecryptable.map((id) => `user ${id}: the second factor cannot be decrypted with the file factor-secret`),
  ];
}

async function organizationProblems(db: Database): Promise<string[]> {
  const organizations = await listOrganizationKeys(db);
  return organizations
    .filter(({ name, nameKey }) => fold(name) !== nameKey)
    .map(({ id }) => `organization ${id}: the stored form of its name for lookups is wrong`);
}

async function userProblems(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const user of iterateUsers(db)) {
    if (user.erasedAt === null && email.safeParse(user.email).data !== user.email)
      faults.push(`user ${user.id}: the email address is not valid`);
    if (nameKey(user) !== user.nameKey || searchText(user) !== user.searchText)
      faults.push(`user ${user.id}: the stored text for searching or sorting does not match the name and email`);
    const { deactivateOn: day, deactivateAt } = user;
    if (day !== null && endOfDay(day, user.timeZone) !== deactivateAt)
      faults.push(`user ${user.id}: the end date ends at the wrong moment for the organization's time zone`);
  }
  return faults;
}

async function photoProblems(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const { userId, hash, large, small } of iteratePhotos(db)) {
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

async function historyProblems(db: Database): Promise<string[]> {
  const faults: string[] = [];
  for await (const { id, changes } of iterateChanges(db)) {
    if (!isJson(changes)) faults.push(`history row ${id}: the changes cannot be read`);
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
