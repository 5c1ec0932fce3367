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

  test("that was tampered with is another place or none, and never a fault", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.integer({ min: 0, max: 255 }), (position, at, byte) => {
        const bytes = Buffer.from(encodePosition(position), "latin1");
        bytes[at % Math.max(1, bytes.length)] = byte;
        const read = decodePosition(bytes.toString("latin1"));
        if (read !== undefined) expect(decodePosition(encodePosition(read))).toEqual(JSON.parse(JSON.stringify(read)));
      }),
    );
  });
});

test("an address made of any query says the same when it is read, and stays within the page", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: "grapheme" })), (query) => {
      const url = new URL(addressWith("/list", query), "http://roster.invalid");
      expect([url.host, url.pathname, url.hash]).toEqual(["roster.invalid", "/list", ""]);
      expect(Object.fromEntries(url.searchParams)).toEqual(
        Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "")),
      );
    }),
  );
});
