import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyName } from "../../src/api-keys/fields.ts";
import { organizationName } from "../../src/organization/fields.ts";
import { email, firstName, lastName } from "../../src/users/fields.ts";
import { version } from "../../src/web/fields.ts";
import { anyCharacter } from "../support/any-text.ts";
import { addUser, type Person } from "../support/people.ts";
import { storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

const many = { numRuns: 1_000 };

/** Texts close to what is refused: letters of all kinds, marks, spaces, invisible characters, half surrogates. */
const edge = fc.constantFrom(
  ..."aZ é\u0301ßıİЖ김😀\u200d'’-.@+\t\n\0\u007f\u00a0\u00ad\u200b\u2028\u202a\u202e\u2066\u2069\ufeff".split(""),
  "\ud800",
  "\udc00",
);
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 120 }),
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.string({ unit: edge, maxLength: 110 }),
);
const anything = fc.oneof(anyText, fc.anything());

describe.each([
  ["first name", firstName],
  ["last name", lastName],
  ["organization's name", organizationName],
  ["key's name", keyName],
])("a valid %s", (_, field) => {
  test("is NFC text of 1 to 100 characters, trimmed, without control characters for a terminal or the writing direction", () => {
    fc.assert(
      fc.property(anything, (typed) => {
        const { success, data } = field.safeParse(typed);
        if (!success) return;
        expect([data.isWellFormed(), data === data.normalize("NFC"), data === data.trim()]).toEqual([true, true, true]);
        expect([...data].length).toBeGreaterThanOrEqual(1);
        expect([...data].length).toBeLessThanOrEqual(100);
        expect(data).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(data).toMatch(/[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u);
      }),
      many,
    );
  });

  test("is accepted again unchanged", () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        const { success, data } = field.safeParse(typed);
        if (success) expect(field.parse(data)).toBe(data);
      }),
      many,
    );
  });
});

const atoms = fc.string({ unit: fc.constantFrom(..."aZ09.+-_'\"%@ \t\néıİK\u0000(),:;<>[]\\"), maxLength: 80 });
const nearlyAddresses = fc
  .tuple(atoms, fc.constantFrom("@", "@@", "", "＠"), atoms, fc.constantFrom("", ".example", ".EXAMPLE.com", "."))
  .map((parts) => parts.join(""));

test.each([
  ["Hangul's fillers", "\u115f\u1160\u3164\uffa0"],
  ["the blank of Braille", "\u2800 \u2800"],
  ["joiners and selectors", "\u200d\u200c\ufe0f\u{e0100}\u034f"],
  ["Mongolian and Khmer characters that show nothing", "\u180b\u180e\u17b4"],
])("a name that consists only of %s is refused", (_, typed) => {
  expect(firstName.safeParse(typed).error?.issues[0]?.message).toBe("Enter a first name");
});

test.each(["نیک\u200cنام", "ක්\u200dෂ", "\u2800Louis", "👩\u200d🚀"])(
  "%j is accepted as a name with its joiners",
  (typed) => {
    expect(firstName.parse(typed)).toBe(typed);
  },
);

describe("a valid email", () => {
  test("is printable ASCII in lower case, of at most 254 characters, with one @", () => {
    const accepted = { count: 0 };
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), nearlyAddresses, anything), (typed) => {
        const { success, data } = email.safeParse(typed);
        if (!success) return;
        accepted.count += 1;
        expect(data).toMatch(/^[!-~]{3,254}$/);
        expect([data === data.toLowerCase(), data.split("@").length]).toEqual([true, 2]);
        expect(email.parse(` ${data.toUpperCase()}\n`)).toBe(data);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted.count).toBeGreaterThan(100);
  });

  test.each([
    ["\u200b", "U+200B"],
    ["\u202a", "U+202A"],
    ["\ufeff", "U+FEFF"],
    ["\u00ad", "U+00AD"],
    ["\u00a0", "U+00A0"],
    ["\u2800", "U+2800"],
    ["\u3164", "U+3164"],
    ["\u{e0020}", "U+E0020"],
    ["\t", "U+0009"],
    ["\0", "U+0000"],
  ])("loses the invisible %j at its ends, and elsewhere the error names it", (unseen, name) => {
    expect(email.parse(`${unseen} ${unseen}Ann@example.com${unseen}\n`)).toBe("ann@example.com");
    const { error } = email.safeParse(`ann@exam${unseen}ple.com`);
    expect(error?.issues.map(({ message }) => message)).toEqual([
      `The email address contains an invisible character (${name}). Delete it and type that part again`,
    ]);
  });

  test("is never made from other characters by folding (CVE-2019-19844)", () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.constantFrom("ı", "İ", "\u212a", "ſ", "ｍ", "é"), fc.nat(), (good, odd, at) => {
        const place = at % (good.length + 1);
        expect(email.safeParse(good.slice(0, place) + odd + good.slice(place)).success).toBe(false);
      }),
      many,
    );
  });
});

test("a version is a whole number or missing, whatever is sent", () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.nat().map(String)), (sent) => {
      const read = version.parse(sent);
      expect(read === undefined || (Number.isSafeInteger(read) && read >= 0)).toBe(true);
    }),
    many,
  );
});

describe("the Personal Information form", () => {
  let roster: Roster;
  let ada: Visitor;
  let zoe: Person;
  beforeAll(async () => {
    roster = await startRoster();
    ada = await logIn(roster, "ada");
    zoe = await addUser(roster.deps, { email: "zoe@example.com" });
  });
  afterAll(() => roster.close());

  test("saves, refuses or forbids any body, and the saved user is always valid", async () => {
    const path = `/admin/managers/${zoe.id}/personal-information`;
    const _csrf = await ada.token(path);
    const name = fc.oneof(
      fc.constantFrom("firstName", "lastName", "email", "version", "_csrf", "id", "role", "organizationId"),
      fc.constantFrom("firstName[]", "email[a]", "__proto__", "constructor", "toString", ""),
      fc.string({ maxLength: 10 }),
    );
    const pair = fc.tuple(name, fc.oneof(anyText, fc.constantFrom("Zoe", "zoe2@example.com", "null", "0", "1e9")));
    const encoded = fc
      .tuple(fc.array(pair, { maxLength: 12 }), fc.boolean())
      .map(([pairs, isSigned]) =>
        new URLSearchParams([...(isSigned ? [["_csrf", _csrf]] : []), ...pairs] as [string, string][]).toString(),
      );
    const raw = fc.string({ unit: fc.constantFrom(..."firstName=&%;+[]\0é%0G".split(""), "%00", "%ed%a0%80") });
    const before = await storedUser(roster, zoe);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          encoded,
          raw.map((text) => `_csrf=${_csrf}&${text}`),
        ),
        async (body) => {
          const { status } = await ada.agent.post(path).type("form").send(body);
          expect([303, 400, 403, 422]).toContain(status);
          const { first_name, last_name, email: address, ...rest } = await storedUser(roster, zoe);
          expect([firstName.parse(first_name), lastName.parse(last_name), email.parse(address)]).toEqual([
            first_name,
            last_name,
            address,
          ]);
          for (const column of ["id", "organization_id", "role", "status", "password_hash"])
            expect(rest[column]).toBe(before[column]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
