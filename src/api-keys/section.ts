import { randomUUID } from "node:crypto";
import type { Deps } from "../deps.ts";
import { timestampIn } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import { type FormattedTime, formatTime, formatTimeOrNone } from "../words/times.ts";
import { words } from "../words/words.ts";
import { type ApiKey, canRotate, isLive, listKeys } from "./queries.ts";
import { defaultLifetime, lifetimes, reasonForPause, reminderMs, scopes } from "./rules.ts";

/** The API keys section of a User profile or your own page. */
export async function keysSection(
  { db, config }: Pick<Deps, "db" | "config">,
  user: User,
  { isPro }: { isPro: boolean },
) {
  const keys = await listKeys(db, user.id);
  const pause = reasonForPause(user);
  return {
    isPro,
    /** Shown if the plan is not the reason, which has its own note. */
    paused: isPro && pause ? words().apiKeys.paused[pause] : undefined,
    supportEmail: config.supportEmail,
    suggestedName: unusedName(keys),
    formId: randomUUID(),
    scopes: scopes.map((value) => ({ value, name: words().scopes[value] })),
    lifetimes: Object.entries(lifetimes).map(([value, days]) => ({ value, name: words().apiKeys.lifetime(days) })),
    defaultLifetime,
    expiring: isPro ? expiringKeys(keys) : [],
    anyLive: keys.some(isLive),
    rows: keys.map(keyRow),
  };
}

/** For the banner: those that programs lose within a week. A replaced key is meant to expire. */
function expiringKeys(keys: ApiKey[]): { name: string; when: FormattedTime }[] {
  const soon = timestampIn(reminderMs);
  return keys.flatMap(({ name, expiresAt, revokedAt, replacedBy }) =>
    isLive({ expiresAt, revokedAt }) && replacedBy === null && expiresAt !== null && expiresAt <= soon
      ? [{ name, when: formatTime(expiresAt) }]
      : [],
  );
}

/** A default name that is free, even if someone named an earlier key "Key 3". */
function unusedName(keys: ApiKey[]): string {
  const taken = keys.map(({ name }) => name);
  const { defaultName } = words().apiKeys;
  let number = taken.length + 1;
  while (taken.includes(defaultName(number))) number += 1;
  return defaultName(number);
}

/** A key as tables show it. */
export function keyRow(key: Omit<ApiKey, "lifetimeDays" | "createdBy">) {
  const { id, name, start, lastUsedAddress } = key;
  return {
    id,
    name,
    start,
    scope: words().scopes[key.scope],
    created: formatTime(key.createdAt),
    lastUsed: formatTimeOrNone(key.lastUsedAt),
    lastUsedAddress,
    expires: formatTimeOrNone(key.expiresAt),
    revoked: formatTimeOrNone(key.revokedAt),
    isLive: isLive(key),
    isReplaced: key.replacedBy !== null,
    canRotate: canRotate(key),
  };
}
