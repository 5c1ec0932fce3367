import type { Deps } from "../deps.ts";
import { day, type Moment, moment, stampIn } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import type { KeySummary } from "../users/status.ts";
import { type ApiKey, canRotate, countLiveKeys, isLive, listKeys } from "./queries.ts";
import { scopeNames, scopes, spanName, spans, usualSpan, whenKeysWork } from "./rules.ts";

/** What the API keys section shows, on a User profile and on one's own page. */
export async function keysSection(
  { db, config }: Pick<Deps, "db" | "config">,
  user: User,
  { isPro }: { isPro: boolean },
) {
  const keys = await listKeys(db, user.id);
  return {
    isPro,
    /** Told where the plan is not the reason: of that there is a note of its own. */
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

/** A name that works in one press, even where somebody named an earlier key "Key 3". */
function freeName(keys: ApiKey[]): string {
  const taken = keys.map(({ name }) => name);
  let number = taken.length + 1;
  while (taken.includes(`Key ${number}`)) number += 1;
  return `Key ${number}`;
}

const twoDays = 2 * 86_400_000;
const maybe = (time: string | null): Moment | undefined => (time === null ? undefined : moment(time));

/** A date, as people plan by it; in words where it is near. */
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

/** How many keys the user has, and what they still wait for where the user is active. */
export const summarizeKeys: KeySummary = async (db, user, plan) => {
  const when = whenKeysWork({ ...user, status: "active" }, plan);
  return { keys: await countLiveKeys(db, user.id), whenKeysWork: when ? `, ${when}` : "" };
};
