import { describe, expect, test } from "@jest/globals";
import { knownWords, withoutKnownWords } from "../../src/passwords/known-words.ts";
import { findPasswordError } from "../../src/passwords/rule.ts";

const grace = { firstName: "Grace", lastName: "Hopper", email: "grace.hopper@acme.example", organization: "Acme" };
const murray = { ...grace, firstName: "Grace Murray" };
const why = (password: string, person = grace) =>
  findPasswordError(password, person, { minLength: 8, requester: "grace" });
const onlyKnown =
  "This password is too easy to guess. Without years and words from the name, the email address and the organization, too little is left. Four or more unrelated words make a strong one.";
const refused = expect.stringMatching(/^This password is too easy to guess\. /);

describe("a password made of words that a guesser knows", () => {
  test.each([
    ...["Grace.Hopper.Acme", "AcmeRoster2026!!", "graceacmeroster1", "Welcome-to-Acme-2026"],
    ...["4cm3R0st3r2026!!", "reppoH.ecarG.emcA", "Gr@ce_H0pper-@cme", "g.r.a.c.e.h.o.p.p.e.r.acme"],
    ...[
      "welcome to the acme roster 2026",
      "grACMEaceHopROSTERper",
      "Grace & Hopper & Acme & Roster",
      "GRÂCE-HÖPPER-ÁCME-1906",
    ],
  ])("is refused: %s", async (password) => {
    expect([await why(password), await why(password, murray)]).toEqual([refused, refused]);
  });

  test("is refused with the reason", async () => {
    expect(await why("AcmeRoster2026!!")).toBe(onlyKnown);
  });

  test("is refused however the words are joined, spelled, ordered and ended, in 400 random combinations", async () => {
    let seed = 1906;
    const draw = <T>(from: readonly T[]): T => {
      seed = (seed * 48_271) % 2_147_483_647;
      return from[seed % from.length] as T;
    };
    const words = ["grace", "murray", "hopper", "acme", "roster", "gracehopper", "example"];
    const spell = [
      (word: string) => word,
      (word: string) => word.toUpperCase(),
      (word: string) => word.replace(/^./, (letter) => letter.toUpperCase()),
      (word: string) => [...word].reverse().join(""),
      (word: string) => word.replace(/[aeos]/g, (letter) => ({ a: "4", e: "3", o: "0", s: "$" })[letter] ?? letter),
    ];
    const joiners = ["", ".", "-", "_", " ", "&", "+", "--", "/"];
    const ends = ["", "1", "!", "!!", "2026", "1906!", "12", "?", "#1", ".2025."];
    const known = knownWords(murray);
    const passwords: string[] = [];
    for (let i = 0; i < 400; i++) {
      const joiner = draw(joiners);
      const parts = Array.from({ length: draw([2, 3, 4, 5]) }, () => draw(spell)(draw(words)));
      const password = (draw(["", "", "2026", "!"]) + parts.join(joiner) + draw(ends)).slice(0, 72);
      passwords.push(password);
    }
    const left = passwords.map((password) => [password, withoutKnownWords(password, known)] as const);
    expect(left.filter(([, rest]) => rest === undefined || rest.length > 4)).toEqual([]);
    const asked = passwords.filter(({ length }) => length >= 8).slice(0, 20);
    for (const password of asked) expect([password, await why(password, murray)]).toEqual([password, refused]);
  });
});

describe("a password that is strong without the known words is accepted:", () => {
  const ann = { firstName: "Ann", lastName: "Lee", email: "al@ab.example", organization: "The Inn" };
  const violet = { firstName: "Violet", lastName: "Rose", email: "vi.rose@example.com", organization: "Otto" };
  test.each([
    ["violet-otter-tramway-49", grace],
    ["grace-otter-tramway-lantern", grace],
    ["violet-otter-tramway-49", violet],
    ["prosecutor-primrose-tuberose", violet],
    ["annual-cannon-banner-planner", ann],
    ["dinner-at-the-inn-of-annabel-leeds", ann],
    ["альпака трамвай видра сонце", { ...grace, firstName: "Аль", lastName: "Па" }],
    ["al-dente tramway lantern", { ...ann, firstName: "Al" }],
    ["linear alpine banana melody", { ...ann, firstName: "Li Na Al", lastName: "Me Lo" }],
    ["grace xK9#qL2$wX7!pz", grace],
    ["🦦🚋🌷🎻🪁🧭🦔🍐🛶🪵 grace", grace],
  ])("%s", async (password, person) => {
    expect(await why(password, person)).toBeUndefined();
  });
});

test("known words of two and three letters count only if a run of letters has nothing else", () => {
  const known = knownWords({ firstName: "Ann", lastName: "Lee", email: "ann@ibm.example", organization: "IBM" });
  expect(withoutKnownWords("AnnLee-of-IBM-2026", known)).toBe("of");
  expect(withoutKnownWords("annual cannon", known)).toBeUndefined();
  expect(withoutKnownWords("annual ann", known)).toBe("annual");
});

test("removing known words takes little time, whatever the names and the password", () => {
  const long = Array.from({ length: 33 }, (_, i) => "ab".repeat(1 + (i % 9)).slice(0, 2 + (i % 9))).join(" ");
  const known = knownWords({ firstName: long, lastName: long, email: `${"a.".repeat(32)}@b.c`, organization: long });
  const times = ["ab".repeat(36), "\ufdfa".repeat(24), "4@$!|".repeat(14), "a.b-".repeat(18)].map((password) => {
    const before = process.cpuUsage();
    withoutKnownWords(password, known);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  expect(Math.max(...times)).toBeLessThan(200);
});
