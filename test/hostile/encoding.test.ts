import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { keyOf } from "../support/api-client.ts";
import { words } from "../support/html.ts";
import { storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { cookieOf } from "../support/sessions.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

/** Posts bytes as they are. */
async function post(path: string, bytes: Buffer, type = "application/x-www-form-urlencoded") {
  const headers = { Cookie: cookieOf(ada), "Content-Type": type };
  const answer = await fetch(roster.url + path, { method: "POST", headers, body: bytes, redirect: "manual" });
  return { status: answer.status, words: words(await answer.text()) };
}

const form = async (firstName: string): Promise<Buffer> =>
  Buffer.from(`_csrf=${await ada.token(page())}&lastName=B&email=mia%40example.com&firstName=${firstName}`, "latin1");
const refused = { status: 400, words: expect.stringContaining("not encoded in UTF-8") };

const page = () => `/admin/managers/${roster.people.mia.id}/personal-information`;

describe("bytes that are not UTF-8 are refused and change nothing", () => {
  test.each([
    ["Latin-1", "%E9"],
    ["Latin-1, in small letters", "Zo%eb"],
    ["half a letter", "%C3"],
    ["half a letter before another", "%C3a"],
    ["a surrogate", "%ED%A0%80"],
    ["an overlong NUL", "%C0%80"],
    ["beyond the last code point", "%F4%90%80%80"],
    ["a percent sign that encodes nothing", "%C3%A9 50%"],
    ["a raw byte", "\xe9"],
    ["a raw byte before an encoded one", "\xc3%A9"],
  ])("in a form: %s", async (_, value) => {
    const before = await storedUser(roster, roster.people.mia);
    expect(await post(page(), await form(value))).toEqual(refused);
    expect(await storedUser(roster, roster.people.mia)).toEqual(before);
  });

  test("in a field next to a photo", async () => {
    const bytes = Buffer.concat([
      Buffer.from('--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n'),
      Buffer.from([0xe9]),
      Buffer.from(`\r\n--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n${await ada.token(page())}\r\n--x--`),
    ]);
    const path = `/admin/managers/${roster.people.mia.id}/photo`;
    expect(await post(path, bytes, "multipart/form-data; boundary=x")).toEqual(refused);
  });

  test.each(["/admin/managers?search=%E9", "/login?next=%FF", "/admin/activity?user=%ed%a0%80", "/nowhere/%C3"])(
    "in an address: %s",
    async (path) => {
      expect((await ada.get(path)).status).toBe(400);
    },
  );

  test("in JSON and in an operation's address, with a problem", async () => {
    const key = await keyOf(roster, roster.people.ada);
    const before = await storedUser(roster, roster.people.mia);
    const url = `${roster.url}/api/v1/users/${roster.people.mia.id}`;
    const etag = (await fetch(url, { headers: { "X-API-Key": key } })).headers.get("ETag") ?? "";
    const headers = { "X-API-Key": key, "Content-Type": "application/json", "If-Match": etag };
    const body = Buffer.from('{"firstName":"Zo\xeb"}', "latin1");
    for (const answer of [
      await fetch(url, { method: "PATCH", headers, body }),
      await fetch(`${roster.url}/api/v1/users?search=%E9`, { headers }),
    ]) {
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ type: "/api/docs#malformed-request" }),
      ]);
    }
    expect(await storedUser(roster, roster.people.mia)).toEqual(before);
  });
});

describe("valid UTF-8 is kept as it is:", () => {
  test.each([
    ["a replacement character that was typed", "%EF%BF%BD", "\ufffd"],
    ["a percent sign", "100%25", "100%"],
    ["raw letters", Buffer.from("Zoë").toString("latin1"), "Zoë"],
    ["a letter beyond the first 65,536", "%F0%9F%A6%A6", "🦦"],
  ])("%s", async (_, value, kept) => {
    expect((await post(page(), await form(value))).status).toBe(303);
    expect((await storedUser(roster, roster.people.mia)).first_name).toBe(kept);
  });

  test("a search for a percent sign", async () => {
    expect((await ada.get("/admin/managers?search=50%")).status).toBe(200);
  });
});
