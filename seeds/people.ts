import { type FullName, isFeminineFirstName, pickFullName } from "./names.ts";
import { createRandom, type Random } from "./random.ts";

export type DemoPerson = {
  firstName: string;
  lastName: string;
  email: string;
  role: "admin" | "manager" | "member";
  status: "active" | "inactive";
  createdDaysAgo: number;
  lastLoginMinutesAgo: number | null;
  hasPhoto: boolean;
};

const minutesADay = 24 * 60;
/** Four years. */
const oldestDays = 1461;

/**
 * Generates the people of a fictional organization, oldest account first, so that IDs and creation dates grow together.
 * The same options give the same people. The first person is always an active Admin, who created the others. Emails are
 * unique within one run. Memory grows with the number of different names, not of people.
 */
export function* demoPeople(options: { count: number; domain: string; seed?: number }): Generator<DemoPerson> {
  const random = createRandom(options.seed ?? 1);
  const takeLocalPart = createLocalParts();
  for (let index = 0; index < options.count; index += 1) {
    const name = pickFullName(random);
    const isFounder = index === 0;
    const role = pickRole(random());
    const isInactive = random() < 0.08;
    const createdDaysAgo = creationDaysAgo((index + random()) / options.count);
    yield {
      firstName: name.first.text,
      lastName: name.last.text,
      email: `${takeLocalPart(random, name)}@${options.domain}`,
      role: isFounder ? "admin" : role,
      status: isInactive && !isFounder ? "inactive" : "active",
      createdDaysAgo,
      lastLoginMinutesAgo: pickLastLogin(random, createdDaysAgo, isInactive && !isFounder),
      hasPhoto: random() < 0.4,
    };
  }
}

/** The seed for the person's portrait: always the same, and odd for a woman's first name. */
export function portraitSeed(person: Pick<DemoPerson, "email" | "firstName">): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < person.email.length; index += 1) {
    hash = Math.imul(hash ^ person.email.charCodeAt(index), 0x01000193);
  }
  return ((hash >>> 2) << 1) + (isFeminineFirstName(person.firstName) ? 1 : 0);
}

function pickRole(draw: number): DemoPerson["role"] {
  if (draw < 0.03) {
    return "admin";
  }
  return draw < 0.2 ? "manager" : "member";
}

/** Days ago in whole minutes, at least an hour; the organization grows a little faster every year. */
function creationDaysAgo(progress: number): number {
  const minutes = Math.round(oldestDays * minutesADay * (1 - progress) ** 1.25);
  return Math.max(minutes, 60) / minutesADay;
}

/** Most people logged in within the last days, a few long ago, some never. Always after the creation. */
function pickLastLogin(random: Random, createdDaysAgo: number, isInactive: boolean): number | null {
  const sinceCreation = Math.round(createdDaysAgo * minutesADay);
  // Always drawn, so that one person's result does not change everyone after them.
  const neverDraw = random();
  const agoDraw = random();
  const neverShare = createdDaysAgo < 14 ? 0.3 : 0.05;
  if (neverDraw < neverShare) {
    return null;
  }
  // People who left were last seen at some time before; the others log in every few days.
  const usualMinutes = isInactive
    ? sinceCreation * (0.1 + 0.8 * agoDraw)
    : -Math.log(1 - agoDraw) * 6 * minutesADay * (agoDraw > 0.85 ? 6 : 1);
  const minutes = Math.max(2, Math.round(usualMinutes));
  return minutes < sinceCreation ? minutes : Math.max(1, Math.floor(sinceCreation * agoDraw * 0.9));
}

/**
 * Gives out each local part once: the name's usual form, then other usual forms, then the first one with a number. A
 * count per form keeps them unique, because no form ends in a digit and no number is used twice.
 */
function createLocalParts(): (random: Random, name: FullName) => string {
  const counts = new Map<string, number>();
  return (random, { first, last }) => {
    const usual = `${first.latin}.${last.latin}`;
    const short = `${first.latin.charAt(0)}.${last.latin}`;
    const others = [short, `${first.latin}.${last.latin.charAt(0)}`, `${first.latin}${last.latin}`];
    // As in every organization, a few people prefer the short form even if theirs is free.
    const forms = random() < 0.06 ? [short, usual] : [usual, ...others];
    const free = forms.find((form) => !counts.has(form));
    if (free !== undefined) {
      counts.set(free, 1);
      return free;
    }
    const next = (counts.get(usual) ?? 1) + 1;
    counts.set(usual, next);
    return `${usual}${next}`;
  };
}
