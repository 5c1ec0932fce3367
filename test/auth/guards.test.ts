import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { safePath } from "../../src/web/safe-path.ts";
import { anyCharacter } from "../support/any-text.ts";

const own = "https://roster.example";

test.each([
  ["/", "/"],
  ["/profile", "/profile"],
  ["/admin/managers?search=a%26b&role=admin", "/admin/managers?search=a%26b&role=admin"],
  ["/a/../b", "/b"],
  ["/profile#part", "/profile"],
  ["/x?to=//evil.example", "/x?to=//evil.example"],
  ["//evil.example", "/"],
  ["///evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/\n\\evil.example", "/"],
  ["/.//evil.example", "/"],
  ["/%2e//evil.example", "/"],
  ["//roster.invalid//evil.example", "/"],
  ["//user@roster.invalid/", "/"],
  ["https://evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["profile", "/"],
  ["", "/"],
  [`/${"x".repeat(8_000)}`, "/"],
  [undefined, "/"],
  [["/profile", "/"], "/"],
])("next=%j leads to %s after the log-in", (text, to) => {
  expect(safePath(text)).toBe(to);
});

test("any value of next leads to this site, and a safe one stays as it is", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%2e",
    "\t",
    "\n",
    "@",
    ":",
    "?",
    "#",
    "evil.example",
    "roster.invalid",
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.string({ unit: anyCharacter }),
  );
  fc.assert(
    fc.property(text, (typed) => {
      const path = safePath(`/${typed}`);
      expect(new URL(path, own).origin).toBe(own);
      expect(new URL(encodeURI(path.toWellFormed()), own).origin).toBe(own);
      expect(safePath(path)).toBe(path);
    }),
    { numRuns: 5_000 },
  );
});
