import type { Deps } from "../deps.ts";
import { day, type Moment, moment, stampIn } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import type { KeySummary } from "../users/status.ts";
import { type ApiKey, canRotate, countLiveKeys, isLive, listKeys } from "./queries.ts";
import { scopeNames, scopes, spanName, spans, usualSpan, whenKeysWork } from "./rules.ts";

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
    whenTheyWork: isPro ? whenKeysWork(user, "pro") : undefined,
    supportEmail: config.supportEmail,
    suggestedName: freeName(keys),
    scopes: scopes.map((value) => ({ value, name: scopeNames[value] })),
    spans: Object.entries(spans).map(([value, days]) => ({ value, name: spanName(days) })),
    usualSpan,
    anyLive: keys.some(isLive),
    rows: keys.map(keyRow),
  };
}

/** A default name that is free, even if someone named an earlier key "Key 3". */
function freeName(keys: ApiKey[]): string {
  const taken = keys.map(({ name }) => name);
  let number = taken.length + 1;
  while (taken.includes(`Key ${number}`)) number += 1;
  return `Key ${number}`;
}

const twoDays = 2 * 86_400_000;
const maybe = (time: string | null): Moment | undefined => (time === null ? undefined : moment(time));

/** A date that people can plan by; in words if it is soon. */
function expiry(time: string): Moment {
  const near = time > stampIn(-twoDays) && time < stampIn(twoDays);
  return near ? moment(time) : { ...moment(time), relative: day(time) };
}

function keyRow(key: ApiKey) {
  const { id, name, start, lastUsedAddress } = key;
  return {
    id,
    name,
    start,
    scope: scopeNames[key.scope],
    created: moment(key.createdAt),
    lastUsed: maybe(key.lastUsedAt),
    lastUsedAddress,
    expires: key.expiresAt === null ? undefined : expiry(key.expiresAt),
    revoked: maybe(key.revokedAt),
    isLive: isLive(key),
    isReplaced: key.replacedBy !== null,
    canRotate: canRotate(key),
  };
}

/** How many keys the user has, and when they work again if the user is active. */
export const summarizeKeys: KeySummary = async (db, user, plan) => {
  const when = whenKeysWork({ ...user, status: "active" }, plan);
  return { keys: await countLiveKeys(db, user.id), whenKeysWork: when ? `, ${when}` : "" };
};
