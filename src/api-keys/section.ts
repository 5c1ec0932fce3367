import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { type FormattedTime, formatTime } from "../words/times.ts";
import { type ApiKey, canRotate, isLive, listKeys } from "./queries.ts";
import { activationCondition, defaultLifetime, lifetimeName, lifetimes, scopeNames, scopes } from "./rules.ts";

/** The API keys section of a User profile or your own page. */
export async function keysSection(
  { db, config }: Pick<Deps, "db" | "config">,
  user: User,
  { isPro }: { isPro: boolean },
) {
  const keys = await listKeys(db, user.id);
  return {
    isPro,
    /** Shown if the plan is not the reason, which has its own note. */
    activationCondition: isPro ? activationCondition(user, "pro") : undefined,
    supportEmail: config.supportEmail,
    suggestedName: unusedName(keys),
    scopes: scopes.map((value) => ({ value, name: scopeNames[value] })),
    lifetimes: Object.entries(lifetimes).map(([value, days]) => ({ value, name: lifetimeName(days) })),
    defaultLifetime,
    anyLive: keys.some(isLive),
    rows: keys.map(keyRow),
  };
}

/** A default name that is free, even if someone named an earlier key "Key 3". */
function unusedName(keys: ApiKey[]): string {
  const taken = keys.map(({ name }) => name);
  let number = taken.length + 1;
  while (taken.includes(`Key ${number}`)) number += 1;
  return `Key ${number}`;
}

const formatOptional = (time: string | null): FormattedTime | undefined =>
  time === null ? undefined : formatTime(time);

function keyRow(key: ApiKey) {
  const { id, name, start, lastUsedAddress } = key;
  return {
    id,
    name,
    start,
    scope: scopeNames[key.scope],
    created: formatTime(key.createdAt),
    lastUsed: formatOptional(key.lastUsedAt),
    lastUsedAddress,
    expires: formatOptional(key.expiresAt),
    revoked: formatOptional(key.revokedAt),
    isLive: isLive(key),
    isReplaced: key.replacedBy !== null,
    canRotate: canRotate(key),
  };
}
