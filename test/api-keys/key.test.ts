import { crc32 } from "node:zlib";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { generateKeyValue, isWellFormedKey, keyStart } from "../../src/api-keys/key.ts";
import { anyCharacter } from "../support/any-text.ts";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const key = fc.constant(undefined).map(generateKeyValue);

test("a key is roster_, 30 characters of base62 and the CRC-32 of both as six more", () => {
  for (let i = 0; i < 1_000; i++) {
    const made = generateKeyValue();
    expect(made).toMatch(/^roster_[0-9A-Za-z]{36}$/);
    const sum = [...made.slice(-6)].reduce((value, digit) => value * 62 + digits.indexOf(digit), 0);
    expect(sum).toBe(crc32(made.slice(0, -6)));
    expect(isWellFormedKey(made)).toBe(true);
  }
});

test("two keys always differ, and every character of base62 occurs in every position", () => {
  const keys = Array.from({ length: 3_000 }, generateKeyValue);
  expect(new Set(keys).size).toBe(keys.length);
  for (let place = 7; place < 37; place++) expect(new Set(keys.map((made) => made[place])).size).toBe(62);
});

// The checksum must not change, so that keys of earlier versions stay valid.
test("a key of an earlier version is still valid", () => {
  expect(isWellFormedKey(`roster_${"0".repeat(30)}0s3OCj`)).toBe(true);
});

const character = fc.oneof(fc.constantFrom(...digits), fc.string({ minLength: 1, maxLength: 1, unit: anyCharacter }));

test("a key with any single changed character is refused", () => {
  fc.assert(
    fc.property(key, fc.nat(42), character, (made, place, other) => {
      fc.pre(made[place] !== other);
      return !isWellFormedKey(made.slice(0, place) + other + made.slice(place + 1));
    }),
    { numRuns: 2_000 },
  );
});

test("a key with two neighboring characters swapped is refused", () => {
  fc.assert(
    fc.property(key, fc.integer({ min: 7, max: 41 }), (made, place) => {
      const [one = "", two = ""] = made.slice(place, place + 2);
      fc.pre(one !== two);
      return !isWellFormedKey(made.slice(0, place) + two + one + made.slice(place + 2));
    }),
    { numRuns: 2_000 },
  );
});

test("a key that is longer, shorter or of another kind is refused", () => {
  const made = generateKeyValue();
  for (const text of [
    "",
    "roster_",
    made.slice(0, -1),
    made.slice(1),
    `${made}0`,
    ` ${made}`,
    `${made}\n`,
    made.toUpperCase(),
  ])
    expect(isWellFormedKey(text)).toBe(false);
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => !isWellFormedKey(text)));
});

test("a key is recognized by its first eleven characters, four of them random", () => {
  expect(keyStart(generateKeyValue())).toMatch(/^roster_[0-9A-Za-z]{4}$/);
});
