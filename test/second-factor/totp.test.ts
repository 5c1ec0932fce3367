import { describe, expect, test } from "@jest/globals";
import { base32, matchingStep, otpauthUri, stepAt, totp } from "../../src/second-factor/totp.ts";

const secret = Buffer.from("12345678901234567890");

describe("TOTP agrees with RFC 6238, appendix B (SHA-1),", () => {
  test.each([
    [59, "94287082"],
    [1_111_111_109, "07081804"],
    [1_111_111_111, "14050471"],
    [1_234_567_890, "89005924"],
    [2_000_000_000, "69279037"],
    [20_000_000_000, "65353130"],
  ])("at second %d", (second, code) => {
    expect(totp(secret, stepAt(second * 1_000), 8)).toBe(code);
    expect(totp(secret, stepAt(second * 1_000))).toBe(code.slice(2));
  });
});

test.each([
  ["755224", 0],
  ["287082", 1],
  ["520489", 9],
])("HOTP agrees with RFC 4226, appendix D: %s for %d", (code, counter) => {
  expect(totp(secret, counter)).toBe(code);
});

test("codes of the previous, current and next step are valid, and no others", () => {
  const now = 1_234_567_890_000;
  const present = stepAt(now);
  const found = [-2, -1, 0, 1, 2].map((offset) => matchingStep(secret, totp(secret, present + offset), now));
  expect(found).toEqual([undefined, present - 1, present, present + 1, undefined]);
});

test.each(["", "12345", "1234567", "abcdef", "１２３４５６"])("%j is not a code", (code) => {
  expect(matchingStep(secret, code)).toBeUndefined();
});

// RFC 4648, 10.
test.each([
  ["", ""],
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("base32 of %j is %j", (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected);
});

test("the address for an authenticator names Roster and the user, and contains the secret", () => {
  const address = new URL(otpauthUri(secret, "o'brien+x@example.com"));
  expect([address.protocol, address.host, decodeURIComponent(address.pathname)]).toEqual([
    "otpauth:",
    "totp",
    "/Roster:o'brien+x@example.com",
  ]);
  expect(Object.fromEntries(address.searchParams)).toEqual({ secret: base32(secret), issuer: "Roster" });
});
