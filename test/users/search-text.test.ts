import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { fold } from "../../src/platform/fold.ts";
import { firstName } from "../../src/users/fields.ts";
import { nameKey, searchText, searchWords } from "../../src/users/search-text.ts";
import { anyCharacter } from "../support/any-text.ts";

test.each([
  ["Zoë", "zoe"],
  ["Zoe\u0308", "zoe"],
  ["O’Brien", "o'brien"],
  ["OʼBrien", "o'brien"],
  ["O´Brien", "o'brien"],
  ["O`Brien", "o'brien"],
  ["Großmann", "grossmann"],
  ["GROẞMANN", "grossmann"],
  ["Łukasz Đorđe", "lukasz dorde"],
  ["Ærø Œuvre Þór", "aero oeuvre thor"],
  ["İSTANBUL Işık", "istanbul isik"],
  ["Guðmundsdóttir Ħabbaż Məmmədov", "gudmundsdottir habbaz memmedov"],
  ["Áŋŋel Ŧuođđi Ƙofar Ɓello", "angngel tuoddi kofar bello"],
  ["Смирнова Άννα 王 한", `смирнова αννα 王 ${"한".normalize("NFKD")}`],
  ["Ann\u2010Lee\u2011a\u2012b\u2013c\u2014d", "ann-lee-a-b-c-d"],
  ["Kaʻahumanu", "ka'ahumanu"],
  ["ΟΔΥΣΣΕΎΣ", fold("οδυσσεύς")],
  ["Ёлкин", "елкин"],
  ["ᲀᲁᲂᲃᲄᲅᲆᲇᲈ", fold("вдосттъѣꙋ")],
  ["ſuſan", "susan"],
  ["ᾳ", "α"],
  ["ﬁ ﹪ １２", "fi % 12"],
  ["a\u200bb\u00adc\u202ed", "abcd"],
  ["a\0b", "ab"],
  ["  two \t\n\u00a0spaces ", "two spaces"],
  ["100%_\\", "100%_\\"],
])("the search folds %j to %j", (text, folded) => {
  expect(fold(text)).toBe(folded);
});

test("the search finds a Hangul syllable by its first letters", () => {
  expect(fold("김민준")).toContain(fold("기"));
});

test("folding a text twice is the same as once", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => fold(fold(text)) === fold(text)),
    { numRuns: 2_000 },
  );
});

test.each([
  ["Müller", "mueller"],
  ["Müller", "muller"],
  ["Mu\u0308ller", "MÜLLER"],
  ["Ångström", "aangstroem"],
  ["Sørensen", "soerensen"],
  ["Sørensen", "sorensen"],
])("the search finds the last name %s by %s", (lastName, query) => {
  expect(isFound(searchText({ firstName: "Kim", lastName, email: "k@example.com" }), query)).toBe(true);
});

test.each([
  ["太郎", "山田", "山田太郎"],
  ["하늘", "김", "김하늘"],
  ["花子", "さとう", "さとう花子"],
  ["ジョン", "スミス", "ジョンスミス"],
  ["สมชาย", "ใจดี", "สมชายใจดี"],
])("the search finds %s %s by the whole name without a space, %s", (firstName, lastName, query) => {
  expect(isFound(searchText({ firstName, lastName, email: "k@example.com" }), query)).toBe(true);
});

test("the search joins only names in scripts without spaces", () => {
  expect(isFound(searchText({ firstName: "Ada", lastName: "Lovelace", email: "k@example.com" }), "lovelaceada")).toBe(
    false,
  );
});

test("a name with a line break stays on its line of the search text", () => {
  expect(searchText({ firstName: "A\nB", lastName: "C", email: "d@e.f" }).split("\n")).toHaveLength(2);
});

test("names are sorted without regard to case and accents", () => {
  const names = [
    ["Émile", "Zola"],
    ["adam", "Zuse"],
    ["Emil", "Artin"],
    ["Zoë", "Ångström"],
  ].map(([firstName = "", lastName = ""]) => nameKey({ firstName, lastName }));
  expect(names.toSorted()).toEqual(["adam zuse", "emil artin", "emile zola", "zoe angstrom"]);
});

test.each([
  ["", []],
  [" , ,, ", []],
  ["Lovelace, Ada", ["lovelace", "ada"]],
  ["  ADA\u00a0\tlove ", ["ada", "love"]],
  ["a b c d e f g h i j k l", "abcdefghij".split("")],
  ["\u0301\u200b", []],
])("the search for %j looks for the words %j", (query, expected) => {
  expect(searchWords(query)).toEqual(expected);
});

const aName = fc
  .oneof(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), fc.string({ unit: anyCharacter, maxLength: 30 }))
  .filter((text) => firstName.safeParse(text).success)
  .map((text) => firstName.parse(text));

/** How the list matches each word of a search. */
const isFound = (text: string, query: string): boolean => searchWords(query).every((word) => text.includes(word));

test("the search finds a user by any part of name and email, in any case and order", () => {
  fc.assert(
    fc.property(aName, aName, fc.nat(), fc.nat(), (firstName, lastName, from, length) => {
      const email = "someone@example.com";
      const text = searchText({ firstName, lastName, email });
      const letters = (name: string) => Array.from(new Intl.Segmenter().segment(name), ({ segment }) => segment);
      for (const whole of [firstName, lastName, email]) {
        const start = from % letters(whole).length;
        const part = letters(whole)
          .slice(start, start + 1 + (length % 8))
          .join("");
        expect([part, isFound(text, part)]).toEqual([part, true]);
        // The Greek iota below a letter becomes a separate letter in capitals.
        const upper = part.toUpperCase();
        if (!/\u0345/.test(part.normalize("NFD"))) expect([upper, isFound(text, upper)]).toEqual([upper, true]);
      }
      for (const both of [`${firstName} ${lastName}`, `${lastName}, ${firstName}`, `${email} ${lastName}`])
        expect([both, isFound(text, both)]).toEqual([both, true]);
    }),
    { numRuns: 500 },
  );
});

test("the search looks for at most ten words, none of them empty or unfolded", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (query) => {
      const words = searchWords(query);
      expect(words.length).toBeLessThanOrEqual(10);
      for (const word of words)
        expect([word === "", fold(word) === word, /[\s,]/u.test(word)]).toEqual([false, true, false]);
    }),
    { numRuns: 1_000 },
  );
});
