import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ListState, listAddress, listState, returnQuery, returnTo } from "../../src/users/list-state.ts";
import { anyCharacter } from "../support/any-text.ts";

const nothing: ListState = { search: "", role: "", status: "", sort: "", page: "" };
const queryOf = (address: string) => Object.fromEntries(new URL(address, "http://roster.invalid").searchParams);

test("a list without filters needs no return query", () => {
  expect([returnQuery(nothing), listAddress(nothing), returnTo({})]).toEqual(["", "/admin/managers", nothing]);
});

test("every state of the list is the same after its return query was read", () => {
  const word = (...words: string[]) => fc.constantFrom("", ...words);
  const state = fc.record({
    search: fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.toWellFormed().trim()),
    role: word("admin", "manager", "member"),
    status: word("active", "inactive"),
    sort: word("name", "email", "role", "status", "lastLogin", "-name", "-email", "-role", "-status", "-lastLogin"),
    page: word("1", "2", "-999999999", "12_mwrws4bi", "-3_0", "21-3", "0--3_0"),
  });
  fc.assert(
    fc.property(state, (was) => {
      expect(returnTo(queryOf(`/x${returnQuery(was)}`))).toEqual(was);
      expect(listState(queryOf(listAddress(was)))).toEqual(was);
    }),
  );
});

test("the way back to a page near the start is its number", () => {
  const pageAfter = (page: string) => returnTo(queryOf(`/x${returnQuery({ ...nothing, page })}`)).page;
  expect(["1--57", "2-57", "20--3_mwrws4bi", "21-57"].map(pageAfter)).toEqual(["", "2", "20", "21-57"]);
});

describe("a manipulated return query", () => {
  test.each([
    "https://evil.example/",
    "//evil.example",
    "javascript:alert(1)",
    "%2F%2Fevil",
    "ad.ac.na.1/../../x",
    "........",
    "xx.yy.zz.0",
    "a".repeat(5_000),
    "\0\r\nLocation: //evil.example",
  ])("with %j leads to some state of the list and nowhere else", (list) => {
    const url = new URL(listAddress(returnTo({ list })), "http://roster.invalid");
    expect([url.origin, url.pathname, url.hash]).toEqual(["http://roster.invalid", "/admin/managers", ""]);
    expect(["search", "role", "status", "sort", "page"]).toEqual(expect.arrayContaining([...url.searchParams.keys()]));
  });

  test("is ignored if it is repeated or not text", () => {
    for (const list of [["ad", "me"], { x: "ad" }, undefined]) expect(returnTo({ list })).toEqual(nothing);
  });

  test("of any text gives the state of some list", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (list) => {
        const state = returnTo({ list: list.toWellFormed() });
        expect(returnTo(queryOf(`/x${returnQuery(state)}`))).toEqual(state);
      }),
    );
  });
});
