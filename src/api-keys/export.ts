import type { RequestHandler } from "express";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { OrganizationId } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { type Column, csvFormat, exportText, sendExport } from "../web/export.ts";
import { type ListedKey, listOrganizationKeys } from "./list-queries.ts";
import { keysState } from "./list-state.ts";
import type { KeyFilter } from "./rules.ts";

// SQLite answers synchronously: a batch blocks everything else for a few milliseconds.
const batchSize = 250;

const columns: Column<ListedKey>[] = [
  ["id", ({ id }) => id],
  ["name", ({ name }) => name],
  ["start", ({ start }) => start],
  ["scope", ({ scope }) => scope],
  ["owner_id", ({ owner }) => owner.id],
  ["owner_email", ({ owner }) => owner.email],
  ["owner_first_name", ({ owner }) => owner.firstName],
  ["owner_last_name", ({ owner }) => owner.lastName],
  ["owner_status", ({ owner }) => owner.status],
  ["created_at", ({ createdAt }) => createdAt],
  ["last_used_at", ({ lastUsedAt }) => lastUsedAt],
  ["last_used_address", ({ lastUsedAddress }) => lastUsedAddress],
  ["expires_at", ({ expiresAt }) => expiresAt],
  ["revoked_at", ({ revokedAt }) => revokedAt],
  ["replaced_by", ({ replacedBy }) => replacedBy],
];

const format = csvFormat(columns);

/** Exports everything that the API keys page shows with the same filter, as a file. */
export function exportKeys({ db, logger }: Deps): RequestHandler {
  return async (req, res) => {
    const { filter } = keysState(req.query);
    const batches = keysInBatches(db, currentUser(req).organizationId, filter);
    await sendExport(res, exportText(batches, format), { name: "api-keys", format, logger });
  };
}

/** The organization's keys, newest first. */
export async function* keysInBatches(
  db: Database,
  organizationId: OrganizationId,
  filter?: KeyFilter,
): AsyncGenerator<ListedKey[]> {
  let before: number | undefined;
  do {
    const keys = await listOrganizationKeys(db, organizationId, { filter, before, limit: batchSize });
    yield keys;
    before = keys.length === batchSize ? keys.at(-1)?.id : undefined;
  } while (before !== undefined);
}
