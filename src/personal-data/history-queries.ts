import type { Knex } from "knex";
import type { Changes } from "../audit/audited-change.ts";
import type { User } from "../roles/people.ts";
import type { Traces } from "./traces.ts";

/** Fields whose values say nothing about who a person is. Every other value is erased, those of later versions too. */
const keptFields: readonly string[] = ["role", "status", "scope", "sessions", "reason", "failure", "secondFactor"];

/**
 * Erases the user from the organization's history, which keeps what happened, when, and by whose ID: names, addresses,
 * network addresses and browsers become empty. The table's triggers let this through for this user alone; nobody
 * outside the transaction ever sees that permission set.
 */
export async function eraseFromHistory(
  trx: Knex.Transaction,
  { organizationId, id }: Pick<User, "organizationId" | "id">,
  { networks }: Pick<Traces, "networks">,
): Promise<void> {
  const rows = () => trx("activity").where({ organization_id: organizationId });
  const from = { address: null, browser: null };
  await trx("activity_retention").update({ erased_user_id: id });
  await rows().where({ actor_id: id }).where(isKnown).update(from);
  // A visitor who asked for the user's password or code was most likely the user. Admins keep theirs.
  await rows().where({ subject_id: id, actor_kind: "visitor" }).where(isKnown).update(from);
  await rows().where({ action: "log-in.refused", subject_id: null }).whereIn("address", networks).update(from);
  for (const row of await rows().where({ subject_id: id }).whereNot({ changes: "{}" }).select("id", "changes")) {
    const changes = JSON.stringify(withoutValues(JSON.parse(row.changes)));
    if (changes !== row.changes) await trx("activity").where({ id: row.id }).update({ changes });
  }
  await trx("activity_retention").update({ erased_user_id: null });
}

const isKnown = (query: Knex.QueryBuilder): void => void query.whereNotNull("address").orWhereNotNull("browser");

/** The same fields; a personal one without its values, which pages show as erased. */
function withoutValues(changes: Changes): Changes {
  const nothing = { before: null, after: null };
  return Object.fromEntries(
    Object.entries(changes).map(([field, change]) => [field, keptFields.includes(field) ? change : nothing]),
  );
}
