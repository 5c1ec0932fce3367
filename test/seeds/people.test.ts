import { expect, test } from "@jest/globals";
import { demoEvents } from "../../seeds/activity.ts";
import { type DemoPerson, demoPeople } from "../../seeds/people.ts";

const many = [...demoPeople({ count: 20_000, domain: "example.com" })];
const some = [...demoPeople({ count: 2_000, domain: "example.com" })];

test("the demo people are the same for the same options, and others for another seed", () => {
  const run = (seed: number): DemoPerson[] => [...demoPeople({ count: 300, domain: "example.com", seed })];
  expect(run(7)).toEqual(run(7));
  expect(run(8)).not.toEqual(run(7));
  expect([...demoEvents({ people: run(7) })]).toEqual([...demoEvents({ people: run(7) })]);
});

test("the demo people have distinct lower-case ASCII emails", () => {
  expect(many.filter(({ email }) => !/^[a-z]+(?:[.-][a-z]+)*[0-9]*@example\.com$/.test(email))).toEqual([]);
  expect(new Set(many.map(({ email }) => email)).size).toBe(20_000);
});

test("the demo people have names of 1 to 100 characters in NFC without control characters", () => {
  const names = many.flatMap(({ firstName, lastName }) => [firstName, lastName]);
  expect(names.filter((name) => name.trim() !== name || name.length < 1 || [...name].length > 100)).toEqual([]);
  expect(names.filter((name) => name !== name.normalize("NFC") || /\p{C}/u.test(name))).toEqual([]);
});

test("the demo people have all roles, both statuses and many scripts, with Latin for about 70 of 100", () => {
  expect(new Set(many.map(({ role, status }) => `${role} ${status}`)).size).toBe(6);
  const scripts = ["Greek", "Cyrillic", "Arabic", "Hebrew", "Devanagari", "Han", "Hangul", "Thai"];
  const missing = scripts.filter(
    (script) => !many.some((person) => new RegExp(`\\p{Script=${script}}`, "u").test(person.lastName)),
  );
  expect(missing).toEqual([]);
  const latin = many.filter(({ lastName }) => /\p{Script=Latin}/u.test(lastName)).length;
  expect(latin / many.length).toBeGreaterThan(0.65);
  expect(latin / many.length).toBeLessThan(0.75);
});

test("the demo people log in only after they were created, and the first one is an active Admin", () => {
  const early = many.filter(
    ({ lastLoginMinutesAgo: login, createdDaysAgo }) => login !== null && login >= createdDaysAgo * 24 * 60,
  );
  expect(early).toEqual([]);
  expect(many[0]).toMatchObject({ role: "admin", status: "active" });
});

test("the demo history runs from oldest to newest, begins with the creation and ends in the present", () => {
  const states = new Map<number, Map<string, string | null>>();
  let previous = Number.POSITIVE_INFINITY;
  for (const { personIndex, action, daysAgo, changes } of demoEvents({ people: some })) {
    expect(daysAgo).toBeLessThanOrEqual(previous);
    previous = daysAgo;
    expect(states.has(personIndex)).toBe(action !== "user.created");
    const state = states.get(personIndex) ?? new Map<string, string | null>();
    for (const [field, { before, after }] of Object.entries(changes)) {
      expect(state.get(field) ?? null).toBe(before);
      state.set(field, after);
    }
    states.set(personIndex, state);
  }
  some.forEach(({ firstName, lastName, email, role, status }, index) => {
    expect(Object.fromEntries(states.get(index) ?? [])).toEqual({ firstName, lastName, email, role, status });
  });
});

test("the actors of the demo history are active Admins of that time, or the users themselves", () => {
  for (const { personIndex, actorIndex, daysAgo, action } of demoEvents({ people: some })) {
    const actor = some[actorIndex];
    if (actorIndex === personIndex) {
      expect(personIndex === 0 || ["photo.updated", "password.updated"].includes(action)).toBe(true);
    } else {
      expect(actor).toMatchObject({ role: "admin", status: "active" });
      expect(actor?.createdDaysAgo).toBeGreaterThan(daysAgo);
    }
  }
});
