import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { addressWith, decodePosition, encodePosition, queryText } from "../../src/web/paging.ts";

test.each([
  [{}, "/list"],
  [{ search: "", page: undefined }, "/list"],
  [{ search: "a&b c", role: "admin" }, "/list?search=a%26b+c&role=admin"],
])("%j gives %s", (query, address) => {
  expect(addressWith("/list", query)).toBe(address);
});

describe("a text of the query", () => {
  test.each<[unknown, string]>([
    ["zoe", "zoe"],
    ["", ""],
    [undefined, ""],
    [["a", "b"], ""],
    [{ a: "b" }, ""],
    ["x".repeat(300), "x".repeat(200)],
  ])("of %j is %j", (value, text) => {
    expect(queryText({ search: value }, "search")).toBe(text);
  });

  test("may be limited further", () => {
    expect(queryText({ search: "abc" }, "search", 2)).toBe("ab");
  });
});

describe("a place in a list", () => {
  test("comes back as it was, from characters that may stand in an address", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const position: unknown = JSON.parse(json);
        const text = encodePosition(position);
        expect(text).toMatch(/^[\w-]*$/);
        expect(decodePosition(text)).toEqual(position);
      }),
    );
  });

  test("that nobody got from us is none", () => {
    for (const text of ["", "x", "%%%", "null?", "e30", "\0"])
      expect([undefined, {}]).toContainEqual(decodePosition(text));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void decodePosition(text)));
  });
});
