import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { listApplicationAccess } from "../sessions/application-access.ts";

// What Roster knows of a person besides their history, by table, without secrets and hashes.

/** Short lists, each as it appears in the file. */
export async function findRecords(db: Database, { id, organizationId }: User) {
  const ofUser = (table: string) => db(table).where({ user_id: id });
  const [organization] = await db("organizations").where({ id: organizationId }).select("id", "name");
  const [factor] = await ofUser("second_factors").select({ setUpAt: "set_up_at" });
  const [photo] = await ofUser("photos").select("large");
  const [choices] = await db("users").where({ id }).select("language");
  return {
    organization,
    language: choices?.language ?? null,
    photo: photo ? { type: "image/webp", base64: Buffer.from(photo.large).toString("base64") } : null,
    secondFactor: factor
      ? { ...factor, recoveryCodes: (await ofUser("recovery_codes").pluck("user_id")).length }
      : null,
    sessions: await ofUser("sessions")
      .orderBy("created_at")
      .select({ createdAt: "created_at", lastSeenAt: "last_seen_at", address: "address", browser: "browser" }),
    applications: (await listApplicationAccess(db, id)).map(({ name, since }) => ({ name, loggedInAt: since })),
    knownBrowsers: await ofUser("known_browsers").orderBy("id").select({ lastLoginAt: "last_login_at" }),
    links: await ofUser("one_time_links").select({ purpose: "purpose", expiresAt: "expires_at" }),
    apiKeys: await ofUser("api_keys").orderBy("id").select(keyColumns),
    emails: await ofUser("deliveries").where({ kind: "mail" }).orderBy("id").select(mailColumns),
  };
}

const keyColumns = {
  ...{ id: "id", name: "name", start: "start", scope: "scope", createdBy: "created_by", createdAt: "created_at" },
  ...{ expiresAt: "expires_at", lastUsedAt: "last_used_at", lastUsedAddress: "last_used_address" },
  revokedAt: "revoked_at",
};

/** A text with a one-time link is sealed, and not in the file. */
const mailColumns = {
  ...{ address: "address", subject: "subject", text: "text", createdAt: "created_at", sentAt: "sent_at" },
  failedAt: "failed_at",
};

/** Lines of imports in the last hour that have one of the email addresses. */
export async function findImportLines(db: Database, { organizationId }: User): Promise<string[]> {
  const imports = db("imports").where({ organization_id: organizationId }).select("id");
  return db("import_lines").whereIn("import_id", imports).orderBy("id").pluck("raw");
}
