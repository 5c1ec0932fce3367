import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeCursor, encodeCursor, queryText, withQuery } from "../../src/web/paging.ts";
import { anyCharacter } from "../support/any-text.ts";

test.each([
  [{}, "/list"],
  [{ search: "", page: undefined }, "/list"],
  [{ search: "a&b c", role: "admin" }, "/list?search=a%26b+c&role=admin"],
])("the query %j gives the address %s", (query, address) => {
  expect(withQuery("/list", query)).toBe(address);
});

describe("a text in the query", () => {
  test.each<[unknown, string]>([
    ["zoe", "zoe"],
    ["", ""],
    [undefined, ""],
    [["a", "b"], ""],
    [{ a: "b" }, ""],
    ["x".repeat(300), "x".repeat(200)],
  ])("given as %j is read as %j", (value, text) => {
    expect(queryText({ search: value }, "search")).toBe(text);
  });

  test("can have a lower limit", () => {
    expect(queryText({ search: "abc" }, "search", 2)).toBe("ab");
  });
});

describe("a cursor of a list", () => {
  test("is read as it was written, in characters that an address can contain", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const position: unknown = JSON.parse(json);
        const text = encodeCursor(position);
        expect(text).toMatch(/^[\w-]*$/);
        expect(decodeCursor(text)).toEqual(position);
      }),
    );
  });

  test("that is made up is ignored", () => {
    for (const text of ["", "x", "%%%", "null?", "e30", "\0"])
      expect([undefined, {}]).toContainEqual(decodeCursor(text));
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => void decodeCursor(text)));
  });

  test("that was changed is another cursor or ignored, and never an error", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.integer({ min: 0, max: 255 }), (position, at, byte) => {
        const bytes = Buffer.from(encodeCursor(position), "latin1");
        bytes[at % Math.max(1, bytes.length)] = byte;
        const read = decodeCursor(bytes.toString("latin1"));
        if (read !== undefined) expect(decodeCursor(encodeCursor(read))).toEqual(JSON.parse(JSON.stringify(read)));
      }),
    );
  });
});

test("any query is the same after it was written into an address and read, and stays on the page", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: "grapheme" })), (query) => {
      const url = new URL(withQuery("/list", query), "http://roster.invalid");
      expect([url.host, url.pathname, url.hash]).toEqual(["roster.invalid", "/list", ""]);
      expect(Object.fromEntries(url.searchParams)).toEqual(
        Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "")),
      );
    }),
  );
});
