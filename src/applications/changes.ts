import { requirePro } from "../api-keys/changes.ts";
import { generateKeyValue } from "../api-keys/key.ts";
import { type Actor, auditedChange, type Changes, changedFields } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { findOrganization } from "../organization/queries.ts";
import { newToken } from "../platform/secrets.ts";
import { timestampIn } from "../platform/time.ts";
import { Conflict, NotFound, ValidationError } from "../roles/errors.ts";
import type { OrganizationId, Status } from "../roles/people.ts";
import { words } from "../words/words.ts";
import { removeApiKey, replaceApiKey } from "./key-queries.ts";
import {
  type Application,
  type ApplicationInput,
  findApplication,
  insertApplication,
  listApplications,
  replaceSecret,
  updateApplication,
  updateApplicationStatus,
} from "./queries.ts";

// All changes to applications. History never has a secret.

/** The list has no pages. */
const maxApplications = 100;
/** How long the old secret or key still works after a rotation, in milliseconds. */
const overlapMs = 24 * 60 * 60_000;

type By = { actor: Actor; organizationId: OrganizationId };
type Db = Pick<Deps, "db">;

/** @returns the secret of a web application, to be shown once. @throws ValidationError past the limit */
export async function addApplication(
  { db }: Db,
  { actor, organizationId, application }: By & { application: ApplicationInput },
): Promise<{ id: number; secret: string | undefined }> {
  const secret = application.kind === "web" ? newToken() : undefined;
  return auditedChange(db, { actor, organizationId, action: "application.added" }, async (trx) => {
    if ((await listApplications(trx, organizationId)).length >= maxApplications)
      throw new ValidationError({ form: words().applications.tooMany(maxApplications) });
    const id = await insertApplication(trx, organizationId, { ...application, clientId: newToken(), secret });
    return { id, secret, changes: changedFields<Record<string, string | null>>({}, shown(application)) ?? {} };
  });
}

/** @param since the version that the form was opened with. @throws Conflict if it is older */
export async function changeApplication(
  { db }: Db,
  by: By & { id: number; since: number | undefined; application: Omit<ApplicationInput, "kind"> },
): Promise<void> {
  await onApplication({ db }, { ...by, action: "application.updated" }, async (trx, before) => {
    const after = { ...by.application, kind: before.kind };
    const changes = changedFields(shown(before), shown(after));
    if (!changes) return undefined;
    if (by.since !== undefined && by.since < before.version) {
      const theirs = Object.fromEntries(
        Object.entries(changes).map(([name, { before: stored }]) => [name, stored ?? ""]),
      );
      throw new Conflict({ theirs, version: before.version });
    }
    await updateApplication(trx, before.id, after);
    return { changes: { ...named(before), ...changes } };
  });
}

/** Nothing changes if it has that status already. */
export async function changeApplicationStatus({ db }: Db, by: By & { id: number; status: Status }): Promise<void> {
  const action = by.status === "active" ? "application.activated" : "application.deactivated";
  await onApplication({ db }, { ...by, action }, async (trx, application) => {
    if (application.status === by.status) return undefined;
    await updateApplicationStatus(trx, application.id, by.status);
    return { changes: named(application) };
  });
}

/** @returns the new secret, to be shown once; the old one works for another day */
export async function rotateSecret({ db }: Db, by: By & { id: number }): Promise<string> {
  const secret = newToken();
  await onApplication({ db }, { ...by, action: "application.secret-rotated" }, async (trx, application) => {
    if (application.kind !== "web") throw new NotFound();
    await replaceSecret(trx, application.id, { secret, oldSecretUntil: timestampIn(overlapMs) });
    return { changes: named(application) };
  });
  return secret;
}

/**
 * Gives the application a key for the API, or a new one.
 * @returns the key, to be shown once; the old one works for another day
 * @throws AccessDenied on the free plan; NotFound if the application cannot keep a secret
 */
export async function generateApplicationKey({ db }: Db, by: By & { id: number }): Promise<string> {
  const key = generateKeyValue();
  await onApplication({ db }, { ...by, action: "application.key-generated" }, async (trx, application) => {
    if (application.kind !== "web") throw new NotFound();
    requirePro(await findOrganization(trx, by.organizationId));
    await replaceApiKey(trx, application.id, { key, oldKeyUntil: timestampIn(overlapMs) });
    return { changes: named(application) };
  });
  return key;
}

/** Nothing changes if it has no key. */
export async function revokeApplicationKey({ db }: Db, by: By & { id: number }): Promise<void> {
  await onApplication({ db }, { ...by, action: "application.key-revoked" }, async (trx, application) => {
    if (application.apiKeyStart === null) return undefined;
    await removeApiKey(trx, application.id);
    return { changes: named(application) };
  });
}

type Work = (
  trx: Parameters<Parameters<typeof auditedChange>[2]>[0],
  application: Application,
) => Promise<{ changes: Changes } | undefined>;

async function onApplication(
  { db }: Db,
  { actor, organizationId, id, action }: By & { id: number; action: Parameters<typeof auditedChange>[1]["action"] },
  work: Work,
): Promise<void> {
  await auditedChange(db, { actor, organizationId, action }, async (trx) => {
    const application = await findApplication(trx, organizationId, id);
    if (!application) throw new NotFound();
    return work(trx, application);
  });
}

/** Which application a row of history is about. */
const named = ({ name }: Application): Changes => ({ application: { before: null, after: name } });

/** As history shows it. */
const shown = ({ redirectAddresses, roles, ...application }: Omit<ApplicationInput, "kind">) => ({
  name: application.name,
  redirectAddresses: redirectAddresses.join(", "),
  roles: roles.join(", "),
  logOutAddress: application.logOutAddress,
  backChannelAddress: application.backChannelAddress,
});
