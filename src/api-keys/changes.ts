import type { Knex } from "knex";
import {
  type Actor,
  auditedChange,
  auditedChanges,
  type Changes,
  userEntry,
  type By as Whose,
} from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { keyGeneratedMail } from "../mail/messages.ts";
import { findOrganization } from "../organization/queries.ts";
import { AccessDenied, ValidationError } from "../roles/errors.ts";
import type { OrganizationId, Plan, User } from "../roles/people.ts";
import { requireUser } from "../users/queries.ts";
import { isInvited } from "../users/rules.ts";
import { words } from "../words/words.ts";
import { generateKeyValue } from "./key.ts";
import { listKeysById } from "./list-queries.ts";
import {
  type ApiKey,
  canRotate,
  findKey,
  hasMadeKey,
  insertKey,
  isKeyNameTaken,
  isLive,
  replaceKey,
  revokeKey,
} from "./queries.ts";
import { rotationOverlap, type Scope } from "./rules.ts";

// All changes to keys, from pages and the API. Only people can create keys, on a page; a key cannot.

type By = Whose & { user: User };

type Maker = Pick<Deps, "db" | "mailer" | "config">;

type Wanted = { name: string; scope: Scope; lifetimeDays: number | null; by: number; formId?: string | undefined };

/**
 * @returns the key, to be shown once
 * @throws ValidationError if a live key has the name, or if the form has already made a key
 */
export async function generateKeyFor(deps: Maker, { actor, user, ...wanted }: By & Wanted): Promise<string> {
  const entry = userEntry("api-key.generated", { actor, user });
  const made = await auditedChange(deps.db, entry, async (trx) => {
    if (wanted.formId !== undefined && (await hasMadeKey(trx, user.id, wanted.formId))) {
      throw new ValidationError({ form: words().apiKeys.alreadyGenerated });
    }
    if (isInvited(await requireUser(trx, user.organizationId, user.id)))
      throw new ValidationError({ form: words().apiKeys.noneInvited });
    if (await isKeyNameTaken(trx, user.id, wanted.name)) {
      throw new ValidationError({ name: words().apiKeys.nameTaken });
    }
    const { key } = await insertNew(trx, user, wanted);
    await notifyOwner(deps, trx, { user, name: wanted.name });
    return { key, changes: creationChanges(wanted) };
  });
  return made.key;
}

/**
 * A new key with the same name, scope and lifetime; the old one works for another 24 hours.
 * @returns the key, to be shown once
 * @throws ValidationError if the old key has expired, was revoked or was already rotated
 */
export async function rotateKey(
  deps: Maker,
  { actor, user, keyId, by }: By & { keyId: number; by: number },
): Promise<string> {
  const entry = userEntry("api-key.rotated", { actor, user });
  const made = await auditedChange(deps.db, entry, async (trx) => {
    const old = await findKey(trx, user.id, keyId);
    if (!old || !canRotate(old)) throw new ValidationError({ form: words().apiKeys.rotate.refused });
    const { key, id } = await insertNew(trx, user, {
      name: old.name,
      scope: old.scope,
      lifetimeDays: old.lifetimeDays,
      by,
    });
    await replaceKey(trx, old, { by: id, after: rotationOverlap });
    await notifyOwner(deps, trx, { user, name: old.name });
    return { key, changes: creationChanges(old) };
  });
  return made.key;
}

/** @throws AccessDenied on the free plan */
export function requirePro(organization: { plan: Plan } | undefined): void {
  if (organization?.plan !== "pro") throw new AccessDenied(words().apiKeys.notPro);
}

const creationChanges = ({ name, scope }: { name: string; scope: Scope }): Changes => ({
  name: { before: null, after: name },
  scope: { before: null, after: scope },
});

/** Revoking a revoked key changes nothing. @returns false then */
export async function revokeKeyOf(
  { db }: Pick<Deps, "db">,
  { actor, user, key }: Whose & { key: Pick<ApiKey, "id" | "name"> },
): Promise<boolean> {
  const entry = userEntry("api-key.revoked", { actor, user });
  const report = await auditedChange(db, entry, async (trx) =>
    (await revokeKey(trx, user.id, key.id)) ? { changes: { name: { before: key.name, after: null } } } : undefined,
  );
  return report !== undefined;
}

/**
 * Revokes those of the organization's keys that still work, in one transaction with a history row for each.
 * @returns how many
 */
export async function revokeKeys(
  { db }: Pick<Deps, "db">,
  { actor, organizationId, ids }: { actor: Actor; organizationId: OrganizationId; ids: readonly number[] },
): Promise<number> {
  return auditedChanges(db, { actor, organizationId }, async (trx, record) => {
    let revoked = 0;
    for (const { id, name, owner, ...key } of await listKeysById(trx, organizationId, ids)) {
      if (!isLive(key) || !(await revokeKey(trx, owner.id, id))) continue;
      await record("api-key.revoked", { subjectId: owner.id, changes: { name: { before: name, after: null } } });
      revoked += 1;
    }
    return revoked;
  });
}

async function insertNew(
  trx: Knex.Transaction,
  user: User,
  { by, ...wanted }: Wanted,
): Promise<{ key: string; id: number }> {
  requirePro(await findOrganization(trx, user.organizationId));
  const key = generateKeyValue();
  const id = await insertKey(trx, { ...wanted, userId: user.id, key, createdBy: by });
  return { key, id };
}

async function notifyOwner(
  { mailer, config }: Maker,
  trx: Knex.Transaction,
  { user, name }: { user: User; name: string },
): Promise<void> {
  await mailer.enqueue(trx, keyGeneratedMail(user, { name, baseUrl: config.baseUrl }));
}
