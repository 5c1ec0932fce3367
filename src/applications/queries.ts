import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { hashToken } from "../platform/secrets.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId, Status } from "../roles/people.ts";
import type { Role } from "../roles/roles.ts";

export const kinds = ["web", "public"] as const;
type Kind = (typeof kinds)[number];

/** One of the team's services. Only `web` applications have a secret. */
export type Application = {
  id: number;
  organizationId: OrganizationId;
  clientId: string;
  name: string;
  kind: Kind;
  redirectAddresses: string[];
  /** The roles whose users may use it. */
  roles: Role[];
  /** Where people go after they log out; empty for none. */
  logOutAddress: string;
  /** Where it is notified that someone was logged out; empty for none. */
  backChannelAddress: string;
  status: Status;
  createdAt: string;
  lastUsedAt: string | null;
  /** When the secret from before the last rotation stops working. */
  oldSecretUntil: string | null;
  /** Its own key for the API (key-queries.ts): the start, by which people recognize it; null if it has none. */
  apiKeyStart: string | null;
  apiKeyCreatedAt: string | null;
  apiKeyUsedAt: string | null;
  /** When the key from before the last rotation stops working. */
  oldApiKeyUntil: string | null;
  version: number;
};

export type ApplicationInput = Pick<
  Application,
  "name" | "kind" | "redirectAddresses" | "roles" | "logOutAddress" | "backChannelAddress"
>;

type Row = Omit<Application, "redirectAddresses" | "roles"> & { redirectAddresses: string; roles: string };

const columns = {
  id: "id",
  organizationId: "organization_id",
  clientId: "client_id",
  name: "name",
  kind: "kind",
  redirectAddresses: "redirect_addresses",
  roles: "roles",
  logOutAddress: "log_out_address",
  backChannelAddress: "back_channel_address",
  status: "status",
  createdAt: "created_at",
  lastUsedAt: "last_used_at",
  oldSecretUntil: "old_secret_until",
  apiKeyStart: "api_key_start",
  apiKeyCreatedAt: "api_key_created_at",
  apiKeyUsedAt: "api_key_used_at",
  oldApiKeyUntil: "old_api_key_until",
  version: "version",
};

const toApplication = ({ redirectAddresses, roles, ...row }: Row): Application => ({
  ...row,
  redirectAddresses: JSON.parse(redirectAddresses),
  roles: JSON.parse(roles),
});

/** By name. An organization has at most `maxApplications` (changes.ts), so there are no pages. */
export async function listApplications(db: Database, organizationId: OrganizationId): Promise<Application[]> {
  const rows: Row[] = await db("applications").where({ organization_id: organizationId }).select(columns);
  return rows.map(toApplication).sort((one, other) => one.name.localeCompare(other.name));
}

export async function findApplication(
  db: Database,
  organizationId: OrganizationId,
  id: number,
): Promise<Application | undefined> {
  const row: Row | undefined = await db("applications").where({ organization_id: organizationId, id }).first(columns);
  return row && toApplication(row);
}

/** An active application of any organization. */
export async function findClient(db: Database, clientId: string): Promise<Application | undefined> {
  const row: Row | undefined = await db("applications").where({ client_id: clientId, status: "active" }).first(columns);
  return row && toApplication(row);
}

/** Whether it is the application's secret, or the one before until that ends. */
export async function isClientSecret(db: Database, clientId: string, secret: string): Promise<boolean> {
  const hash = hashToken(secret);
  const row = await db("applications")
    .where({ client_id: clientId, status: "active" })
    .where((query) =>
      query
        .where({ secret_hash: hash })
        .orWhere((old) => old.where({ old_secret_hash: hash }).where("old_secret_until", ">", timestamp())),
    )
    .first("id");
  return row !== undefined;
}

const toColumns = ({ name, kind, redirectAddresses, roles, logOutAddress, backChannelAddress }: ApplicationInput) => ({
  name,
  kind,
  redirect_addresses: JSON.stringify(redirectAddresses),
  roles: JSON.stringify(roles),
  log_out_address: logOutAddress,
  back_channel_address: backChannelAddress,
});

/** @param application `secret` only for a web application */
export async function insertApplication(
  trx: Knex.Transaction,
  organizationId: OrganizationId,
  { clientId, secret, ...application }: ApplicationInput & { clientId: string; secret: string | undefined },
): Promise<number> {
  const [row] = await trx("applications")
    .insert({
      ...toColumns(application),
      organization_id: organizationId,
      client_id: clientId,
      secret_hash: secret === undefined ? null : hashToken(secret),
      created_at: timestamp(),
    })
    .returning("id");
  return row.id;
}

export async function updateApplication(
  trx: Knex.Transaction,
  id: number,
  application: ApplicationInput,
): Promise<void> {
  await trx("applications")
    .where({ id })
    .update({ ...toColumns(application), version: trx.raw("version + 1") });
}

export async function updateApplicationStatus(trx: Knex.Transaction, id: number, status: Status): Promise<void> {
  await trx("applications").where({ id }).update({ status });
}

/** The present secret works until `oldSecretUntil`. */
export async function replaceSecret(
  trx: Knex.Transaction,
  id: number,
  { secret, oldSecretUntil }: { secret: string; oldSecretUntil: string },
): Promise<void> {
  await trx("applications")
    .where({ id })
    .update({
      old_secret_hash: trx.ref("secret_hash"),
      old_secret_until: oldSecretUntil,
      secret_hash: hashToken(secret),
    });
}

/** At most once a minute, so that a busy service does not write all the time. */
export async function updateLastUsed(db: Database, clientId: string, before: string): Promise<void> {
  await db("applications")
    .where({ client_id: clientId })
    .where((query) => query.whereNull("last_used_at").orWhere("last_used_at", "<", before))
    .update({ last_used_at: timestamp() });
}
