import { pickFormerLastName } from "./names.ts";
import type { DemoPerson } from "./people.ts";
import { createRandom, pick, type Random } from "./random.ts";

export type DemoEvent = {
  personIndex: number;
  actorIndex: number;
  action: string;
  daysAgo: number;
  changes: Record<string, { before: string | null; after: string | null }>;
};

type Changes = DemoEvent["changes"];
/** `bySelf`: users can do this to themselves; everything else needs an Admin. */
type Planned = { personIndex: number; action: string; daysAgo: number; changes: Changes; bySelf: boolean };
type Period = { from: number; to: number };

/**
 * Generates a history for these people, oldest first, that ends in their current state: the last `after` of each field
 * is its current value, and `user.created` has the first. The same people and seed give the same history. Actors are
 * active Admins who existed at the time; the first Admin creates themselves. All events are in memory for sorting,
 * about 1.8 per person.
 */
export function* demoEvents(options: { people: readonly DemoPerson[]; seed?: number }): Generator<DemoEvent> {
  const { people } = options;
  const random = createRandom(options.seed ?? 1);
  const emails = new Set(people.map((person) => person.email));
  const planned = people.flatMap((person, personIndex) => planPerson({ random, person, personIndex, emails }));
  // Sorting is stable: people created in the same minute keep their order, and nothing comes before their user.created.
  planned.sort((left, right) => right.daysAgo - left.daysAgo);
  const findActor = createActors(random, people);
  for (const { bySelf, ...event } of planned) {
    yield { ...event, actorIndex: bySelf ? event.personIndex : findActor(event.personIndex, event.daysAgo) };
  }
}

type PersonPlan = { random: Random; person: DemoPerson; personIndex: number; emails: Set<string> };

/**
 * One person's history, planned backward from the current state, so that `created` gets the values from before all
 * changes.
 */
function planPerson({ random, person, personIndex, emails }: PersonPlan): Planned[] {
  const { firstName, lastName, email, role } = person;
  const created = { firstName, lastName, email, role, status: "active" };
  const events: Planned[] = [];
  const seenDaysAgo = (person.lastLoginMinutesAgo ?? person.createdDaysAgo * 24 * 60) / (24 * 60);
  const leftDaysAgo = person.status === "inactive" ? dayWithin(random, { from: seenDaysAgo, to: 0 }) : 0;
  const stay = { from: person.createdDaysAgo, to: leftDaysAgo };
  const add = (action: string, daysAgo: number, changes: Changes = {}, bySelf = false): void => {
    events.push({ personIndex, action, daysAgo, changes, bySelf });
  };

  if (person.status === "inactive") {
    add("status.updated", leftDaysAgo, { status: { before: "active", after: "inactive" } });
  } else if (person.lastLoginMinutesAgo !== null && personIndex > 0 && random() < 0.03) {
    const [leave, back] = planLeave(random, { from: stay.from, to: seenDaysAgo });
    add("status.updated", leave, { status: { before: "active", after: "inactive" } });
    add("status.updated", back, { status: { before: "inactive", after: "active" } });
  }
  if (person.role === "manager" && random() < 0.45) {
    created.role = "member";
    add("role.updated", dayWithin(random, stay), { role: { before: "member", after: "manager" } });
  }
  const personal = planPersonalChange(random, person, emails);
  if (personal !== undefined) {
    Object.assign(created, Object.fromEntries(Object.entries(personal).map(([field, { before }]) => [field, before])));
    add("personal-information.updated", dayWithin(random, stay), personal);
  }
  // Only people who have always been an Admin or a Manager can change their own photo.
  const changesOwnPhoto = person.role !== "member" && created.role === person.role;
  if (person.hasPhoto) {
    add("photo.updated", dayWithin(random, stay), {}, changesOwnPhoto && random() < 0.7);
  }
  if (random() < 0.2) {
    add("password.updated", dayWithin(random, stay), {}, random() < 0.6);
  }
  const changes = Object.fromEntries(Object.entries(created).map(([field, after]) => [field, { before: null, after }]));
  return [{ personIndex, action: "user.created", daysAgo: person.createdDaysAgo, changes, bySelf: false }, ...events];
}

/** Someone left and came back: how many days ago both happened, before the last log-in. */
function planLeave(random: Random, { from, to }: Period): [leave: number, back: number] {
  const middle = (from + to) / 2;
  return [dayWithin(random, { from, to: middle }), dayWithin(random, { from: middle, to })];
}

/** A marriage, or an earlier address; undefined for most people. Also keeps former addresses unique. */
function planPersonalChange(random: Random, person: DemoPerson, emails: Set<string>): Changes | undefined {
  const draw = random();
  const [localPart = "", domain = ""] = person.email.split("@");
  if (draw < 0.04) {
    const former = pickFormerLastName(random, person.lastName);
    if (former === undefined) {
      return undefined;
    }
    const [first = localPart] = localPart.split(".");
    return {
      lastName: { before: former.text, after: person.lastName },
      email: { before: claimEmail(emails, `${first}.${former.latin}`, domain), after: person.email },
    };
  }
  if (draw < 0.08) {
    const before = claimEmail(emails, localPart.replace(/[0-9]+$/, "").replace(".", "-"), domain);
    return { email: { before, after: person.email } };
  }
  return undefined;
}

function claimEmail(emails: Set<string>, localPart: string, domain: string): string {
  let email = `${localPart}@${domain}`;
  for (let number = 2; emails.has(email); number += 1) {
    email = `${localPart}${number}@${domain}`;
  }
  emails.add(email);
  return email;
}

/** A moment inside the period, excluding both ends, so that it is after the creation and before the person left. */
function dayWithin(random: Random, { from, to }: Period): number {
  return to + (from - to) * (0.02 + 0.96 * random());
}

/** Finds an active Admin who already existed, other than the person; returns the person if there is none. */
function createActors(random: Random, people: readonly DemoPerson[]): (personIndex: number, daysAgo: number) => number {
  const admins = people
    .flatMap(({ role, status, createdDaysAgo }, index) =>
      role === "admin" && status === "active" ? [{ index, createdDaysAgo }] : [],
    )
    .sort((left, right) => right.createdDaysAgo - left.createdDaysAgo);
  // Events come oldest first, so the number of Admins only grows.
  const present: number[] = [];
  return (personIndex, daysAgo) => {
    for (
      let next = admins[present.length];
      next !== undefined && next.createdDaysAgo > daysAgo;
      next = admins[present.length]
    ) {
      present.push(next.index);
    }
    const others = present.length > 1 || (present.length === 1 && present[0] !== personIndex);
    if (!others) {
      return personIndex;
    }
    // A few Admins do most of the work. A second draw is rarely needed.
    for (;;) {
      const actor = pick(random, random() < 0.7 ? present.slice(0, 4) : present);
      if (actor !== personIndex) {
        return actor;
      }
    }
  };
}
