import { describe, expect, test } from "@jest/globals";
import { knownWords } from "../../src/passwords/known-words.ts";
import { findPasswordError } from "../../src/passwords/rule.ts";
import { words } from "../../src/words/words.ts";

const zoe = {
  firstName: "Zoë",
  lastName: "Quixworth",
  email: "zq.vandel@brimstock.example",
  organization: "Plinth Works",
};
const why = (password: string, least = 15) => findPasswordError(password, zoe, { minLength: least, requester: "zoe" });
const tooLong = "The password is too long; use at most 72 characters, fewer if they have accents or are not Latin";
const unkept = "The password has characters that can’t be saved; use others";

test.each([
  ["an empty password", "", "Enter a password"],
  ["14 characters", "vK9#qL2$wX7!pz", "The password is too short; use at least 15 characters"],
  ["14 emoji, counted as 14", "🦦🚋🌷🎻🪁🧭🦔🍐🛶🪵🧵🫖🪐🦚", "The password is too short; use at least 15 characters"],
  ["73 bytes", `violet otter tramway ${"x9K".repeat(17)}!`, tooLong],
  ["37 letters of two bytes", "вя".repeat(19), tooLong],
  ["NUL", "violet otter\0tramway lantern", unkept],
  ["half a character", "violet otter \ud800 tramway lantern", unkept],
])("the password rule refuses %s", async (_, password, reason) => {
  expect(await why(password)).toBe(reason);
});

test.each([
  "violet otter tramway",
  "  violet otter tramway  ",
  "vK9#qL2$wX7!pzM",
  "трамвай фіалка видра сонце",
  "🦦🚋🌷🎻🪁🧭🦔🍐🛶🪵🧵🫖🪐🦚🪴",
  `violet otter tramway ${"x9K".repeat(17)}`,
])("the password rule accepts %j", async (password) => {
  expect(await why(password)).toBeUndefined();
});

describe("the password rule", () => {
  test.each([
    ["one letter many times", "aaaaaaaaaaaaaaaaaaaa"],
    ["a row of the keyboard", "qwertyuiopasdfghjkl"],
    ["a common password twice", "password1password1"],
    ["a sequence", "abcdefghijklmnopqrst"],
  ])("refuses %s with the reason", async (_, password) => {
    expect(await why(password)).toMatch(/^This password is too easy to guess\. .+ make a strong one\.$/);
  });

  test.each([
    ["first and last name", "zoëquixworth2024"],
    ["last and first name", "QuixworthZoë1987"],
    ["the email", "zq.vandel@brimstock.example"],
    ["its local part", "zq.vandelzq.vandel"],
    ["its domain", "brimstock.example1"],
    ["the organization", "plinth works2024"],
    ["Roster", "rosterrosterroster"],
  ])("refuses %s with the reason", async (_, password) => {
    expect(await why(password)).toMatch(/^This password is too easy to guess\./);
  });

  test("accepts such a password for someone with other names", async () => {
    const stranger = { firstName: "Max", lastName: "Power", email: "max@example.com", organization: "Acme" };
    for (const password of ["zoëquixworth2024", "QuixworthZoë1987", "zq.vandel@brimstock.example"])
      expect([password, await findPasswordError(password, stranger, { minLength: 15, requester: "max" })]).toEqual([
        password,
        undefined,
      ]);
  });
});

test("the known words are the names, also joined, the email and its parts, the organization and Roster", () => {
  expect(knownWords(zoe)).toEqual(
    expect.arrayContaining([
      ...["zoë", "quixworth", "zoëquixworth", "quixworthzoë", "zq.vandel@brimstock.example", "zq.vandel"],
      ...["brimstock.example", "brimstock", "plinth works", "plinth", "works", "roster"],
    ]),
  );
  expect(knownWords({ firstName: "", lastName: "", email: "", organization: "" })).toEqual(["roster"]);
});

test("the minimum length is a setting, and the page says it", async () => {
  expect(await why("vK9#qL2$wX", 10)).toBeUndefined();
  expect(await why("vK9#qL2$w", 10)).toBe("The password is too short; use at least 10 characters");
  expect(words().passwords.hint(10)).toContain("At least 10 characters, of any kind.");
});
