import type { Changes } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { ownNetworks, type Traces } from "./traces.ts";

/** Collects what the user is and was known by, from their row, their history, sessions and keys. */
export async function findTraces(db: Database, user: User): Promise<Traces> {
  const values = await listChangedValues(db, user);
  const known = (...names: string[]): string[] =>
    values.flatMap(([name, value]) => (names.includes(name) ? [value] : []));
  const unique = (texts: (string | null)[]): string[] => [...new Set(texts.filter((text) => text !== null))];
  return {
    emails: unique([user.email, user.confirmedEmail, ...known("email", "confirmedEmail")]),
    firstNames: unique([user.firstName, ...known("firstName")]),
    lastNames: unique([user.lastName, ...known("lastName")]),
    ...ownNetworks(await listAddresses(db, user), await listOthersAddresses(db, user)),
  };
}

/** Every value, before and after, that history has of the user's fields. */
async function listChangedValues(
  db: Database,
  { organizationId, id }: User,
): Promise<[field: string, value: string][]> {
  const rows: string[] = await db("activity")
    .where({ organization_id: organizationId, subject_id: id })
    .whereNot({ changes: "{}" })
    .pluck("changes");
  return rows.flatMap((row) =>
    Object.entries(JSON.parse(row) as Changes).flatMap(([field, { before, after }]) =>
      [before, after].flatMap((value): [string, string][] => (value === null ? [] : [[field, value]])),
    ),
  );
}

async function listAddresses(db: Database, { organizationId, id }: User): Promise<string[]> {
  const used: (string | null)[][] = [
    await db("activity").where({ organization_id: organizationId, actor_id: id }).distinct().pluck("address"),
    await db("sessions").where({ user_id: id }).pluck("address"),
    await db("api_keys").where({ user_id: id }).pluck("last_used_address"),
  ];
  return [...new Set(used.flat().filter((address) => address !== null))];
}

async function listOthersAddresses(db: Database, { organizationId, id }: User): Promise<string[]> {
  return db("activity")
    .where({ organization_id: organizationId })
    .whereNotNull("address")
    .whereNot({ actor_id: id })
    .distinct()
    .pluck("address");
}
