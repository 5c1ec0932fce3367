import type { Knex } from "knex";
import { timestamp } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import { deleteAttempts } from "../throttling/throttle.ts";
import { erasedDomain } from "../users/fields.ts";
import { nameKey, searchText } from "../users/search-text.ts";
import { eraseFromHistory } from "./history-queries.ts";
import { hasEmail, isAbout, type Traces } from "./traces.ts";

/** Who an erased user is from then on, in the list and in history. */
export const erasedPerson = (id: number) => ({
  firstName: "Former",
  lastName: `user ${id}`,
  email: `user-${id}@${erasedDomain}`,
});

/**
 * Erases everything that Roster has of the person, but the row itself with its ID, role and times, and what history keeps.
 * @param options `passwordHash` is one that no password has
 */
export async function eraseWithin(
  trx: Knex.Transaction,
  user: User,
  { traces, passwordHash }: { traces: Traces; passwordHash: string },
): Promise<void> {
  const { id } = user;
  await eraseLogIns(trx, user, traces);
  await eraseKeys(trx, user);
  await eraseMails(trx, user, traces);
  await eraseImports(trx, user, traces);
  await eraseGroupActions(trx, user);
  await trx("photos").where({ user_id: id }).del();
  // Each is sealed for the browser that sent a form, so that nobody can tell whose it is. None is needed for a minute.
  await trx("submissions").whereNotNull("response").del();
  await eraseFromHistory(trx, user, traces);
  const person = erasedPerson(id);
  await trx("users")
    .where({ id })
    .update({
      ...{ first_name: person.firstName, last_name: person.lastName, email: person.email, confirmed_email: null },
      ...{ proven_email: null },
      ...{ name_key: nameKey(person), search_text: searchText(person) },
      ...{ status: "inactive", photo_hash: null, language: null, erased_at: timestamp() },
      ...{ password_hash: passwordHash, must_change_password: false, invited_until: null },
      ...{ deactivate_on: null, deactivate_at: null },
      version: trx.raw("version + 1"),
    });
}

async function eraseLogIns(trx: Knex.Transaction, user: User, traces: Traces): Promise<void> {
  const { id, organizationId } = user;
  // Before the browsers, whose counts these are.
  await deleteAttempts(trx, user, traces);
  for (const table of [
    "oidc_records",
    ...["sessions", "one_time_links", "known_browsers", "recovery_codes", "second_factors"],
  ])
    await trx(table).where({ user_id: id }).del();
  // Someone who still had to enter a code.
  await trx("sessions").where({ user_id: null }).whereLike("data", `%"pendingLogIn":{"userId":${id},%`).del();
  await trx("refused_log_ins")
    .where((either) => either.where({ organization_id: organizationId }).orWhereNull("organization_id"))
    .whereIn("network", traces.networks)
    .del();
}

/** History says by which key something was done, so that its row remains: revoked, without its name and its hash. */
async function eraseKeys(trx: Knex.Transaction, { id, organizationId }: User): Promise<void> {
  // Each is sealed for the program that sent the request, so that nobody can tell whom it is about.
  const keys = trx("api_keys").where({ organization_id: organizationId }).select("id");
  await trx("idempotency_keys").whereIn("key_id", keys).del();
  await trx("api_keys")
    .where({ user_id: id })
    .update({
      name: trx.raw("'Key ' || id"),
      start: "",
      key_hash: trx.raw("'erased ' || id"),
      last_used_address: null,
      revoked_at: trx.raw("coalesce(revoked_at, ?)", [timestamp()]),
    });
}

/** Those to the person, in any state, and those about them that others have not been sent yet. */
async function eraseMails(trx: Knex.Transaction, { id, organizationId }: User, traces: Traces): Promise<void> {
  await trx("deliveries").where({ kind: "mail", user_id: id }).del();
  const others: { id: number; subject: string; text: string }[] = await trx("deliveries")
    .join("users", "users.id", "deliveries.user_id")
    .where({ kind: "mail", "users.organization_id": organizationId })
    .whereNotNull("deliveries.text")
    .select("deliveries.id", "deliveries.subject", "deliveries.text");
  const about = others.filter(({ subject, text }) => isAbout(traces, `${subject}\n${text}`));
  await trx("deliveries")
    .whereIn(
      "id",
      about.map((mail) => mail.id),
    )
    .del();
}

/** Their own imports, lines of others' that name them, and files that may name them and were not read yet. */
async function eraseImports(trx: Knex.Transaction, { id, organizationId }: User, traces: Traces): Promise<void> {
  const ofOrganization = trx("imports").where({ organization_id: organizationId }).select("id");
  const rows: { id: number; raw: string; details: string }[] = await trx("import_lines")
    .whereIn("import_id", ofOrganization)
    .select("id", "raw", "details");
  const lines = rows.filter(({ raw, details }) => {
    const { user, person } = JSON.parse(details);
    if (user?.id === id || hasEmail(traces, raw)) return true;
    // Someone else may have the same name, and has another address.
    return !person && isAbout(traces, raw);
  });
  await trx("import_lines")
    .whereIn(
      "id",
      lines.map((line) => line.id),
    )
    .del();
  await trx("import_lines")
    .whereIn("import_id", trx("imports").where({ user_id: id }).select("id"))
    .del();
  await trx("imports").where({ user_id: id }).del();
  await trx("imports")
    .where({ organization_id: organizationId })
    .whereNotNull("file")
    .update({ file: null, expires_at: timestamp() });
}

/** Their own group actions, and their line in others'. */
async function eraseGroupActions(trx: Knex.Transaction, { id }: User): Promise<void> {
  const own = trx("group_actions").where({ user_id: id }).select("id");
  await trx("group_action_lines").whereIn("group_action_id", own).orWhere({ user_id: id }).del();
  await trx("group_actions").where({ user_id: id }).del();
}
