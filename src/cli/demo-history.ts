import { type DemoEvent, demoEvents } from "../../seeds/activity.ts";
import type { DemoPerson } from "../../seeds/people.ts";
import { createRandom, pick, type Random } from "../../seeds/random.ts";
import { actionNames } from "../activity/filter.ts";
import type { Action } from "../audit/actions.ts";
import type { Changes } from "../audit/audited-change.ts";

/** People are named by their index. */
export type HistoryEvent = {
  daysAgo: number;
  /** Undefined for the operator. */
  actor: number | undefined;
  subject: number | undefined;
  action: Action;
  changes: Changes;
};

export type DemoKey = {
  owner: number;
  creator: number;
  name: string;
  createdDaysAgo: number;
  usedDaysAgo: number | undefined;
  revokedDaysAgo: number | undefined;
};

const keyNames = ["Nightly export", "Spreadsheet", "Build server", "Dashboard", "Backup script", "Phone book"];
const keyedShare = 0.07;
const aMinute = 1 / (24 * 60);

/**
 * Keys of the first Admin, one live and one revoked, and of a few other people who log in; the first Admin creates them
 * all.
 */
export function demoKeys(people: readonly DemoPerson[]): DemoKey[] {
  const random = createRandom(2);
  return people.flatMap((person, owner) => {
    if (owner === 0) return [planKey(random, person, owner, true), planKey(random, person, owner, false)];
    const hasKey = random() < keyedShare && person.status === "active" && person.lastLoginMinutesAgo !== null;
    return hasKey ? [planKey(random, person, owner, random() < 0.3)] : [];
  });
}

function planKey(random: Random, { createdDaysAgo }: DemoPerson, owner: number, isRevoked: boolean): DemoKey {
  const age = Math.min(createdDaysAgo, 400) * (0.1 + 0.8 * random());
  const end = isRevoked ? age * random() * 0.9 : 0;
  const used = end + Math.min(age - end, isRevoked ? 30 : 2) * random();
  return {
    owner,
    creator: 0,
    name: pick(random, keyNames),
    createdDaysAgo: age,
    usedDaysAgo: random() < 0.85 ? used : undefined,
    revokedDaysAgo: isRevoked ? end : undefined,
  };
}

/** Everything that happened to the organization, its people and their keys, oldest first. */
export function demoHistory(
  organization: string,
  people: readonly DemoPerson[],
  keys: readonly DemoKey[],
): HistoryEvent[] {
  const start = (people[0]?.createdDaysAgo ?? 0) + aMinute;
  const ofOperator = { actor: undefined, subject: undefined };
  const events: HistoryEvent[] = [
    { ...ofOperator, daysAgo: start, action: "organization.created", changes: changed("name", null, organization) },
    { ...ofOperator, daysAgo: start, action: "plan.updated", changes: changed("plan", "free", "pro") },
    ...Array.from(demoEvents({ people }), toHistoryEvent),
    ...keys.flatMap(keyEvents),
  ];
  // Sorting is stable, so that events of the same moment keep their order.
  return events.sort((left, right) => right.daysAgo - left.daysAgo);
}

/** Each person's version after each event, starting with 1 for the creation. */
export function versionsAfter(events: readonly HistoryEvent[]): {
  each: (number | undefined)[];
  last: Map<number, number>;
} {
  const last = new Map<number, number>();
  const each = events.map(({ subject, action }) => {
    if (subject === undefined) return undefined;
    const before = last.get(subject) ?? 0;
    // Creating a key does not change its owner.
    const version = action.startsWith("api-key.") ? before : before + 1;
    last.set(subject, version);
    return version;
  });
  return { each, last };
}

function toHistoryEvent({ personIndex: subject, actorIndex, action, daysAgo, changes }: DemoEvent): HistoryEvent {
  const bySelf = actorIndex === subject;
  // The command created the first Admin; people who set their own password do it with an emailed link.
  const actor = bySelf && action === "user.created" ? undefined : actorIndex;
  const known = bySelf && action === "password.updated" ? "password.reset" : knownAction(action);
  // A new user is active, and history does not say so.
  const { status, ...said } = changes;
  return { daysAgo, actor, subject, action: known, changes: action === "user.created" ? said : changes };
}

function knownAction(action: string): Action {
  const known = actionNames.find((name) => name === action);
  if (!known) throw new Error(`The seeds use the unknown history action "${action}"`);
  return known;
}

function keyEvents({ owner: subject, creator: actor, name, createdDaysAgo, revokedDaysAgo }: DemoKey): HistoryEvent[] {
  const made = {
    daysAgo: createdDaysAgo,
    actor,
    subject,
    action: "api-key.generated",
    changes: changed("name", null, name),
  } as const;
  if (revokedDaysAgo === undefined) return [made];
  return [
    made,
    { daysAgo: revokedDaysAgo, actor, subject, action: "api-key.revoked", changes: changed("name", name, null) },
  ];
}

function changed(field: string, before: string | null, after: string | null): Changes {
  return { [field]: { before, after } };
}
