import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { isLanguage, languageOptions, type Words, wordsIn } from "../../src/words/words.ts";
import { axeViolations } from "../support/axe.ts";
import {
  clickAndLoad,
  type Look,
  newPage,
  openBrowser,
  picturesLanguage,
  showIn,
  takePictures,
} from "../support/browser.ts";
import { makeContactSheet } from "../support/contact-sheet.ts";
import { hardCoded } from "../support/hard-coded.ts";
import { overflowing } from "../support/overflow.ts";
import { password } from "../support/people.ts";
import { addPseudoLanguage, findInLanguage, pseudoWords } from "../support/pseudo-language.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { type Populated, startPopulated } from "./populated.ts";
import { logIn, states } from "./states.ts";

// Every page in every state, in a language that only this test has (support/pseudo-language.ts): axe-core finds no
// fault, nothing is wider than the screen or cut off, every word comes from the catalogue, and every sentence is one
// entry of it. Each is opened once and checked in every width and color scheme. With PICTURES=en (or de), each is shown
// in English (or German) and a picture is taken.

const words = picturesLanguage ? wordsOf(picturesLanguage) : pseudoWords;

let roster: Populated;
let empty: Roster;
let browser: Browser;
const pages = new Map<string, Page>();

const [desktop, phone] = [{ width: 1280 }, { width: 390, dark: true }];
/** The same widths in the other color scheme, for what is there at one width only. These states have enough of it. */
const others = [
  { width: 1280, dark: true },
  { width: 390, dark: false },
];
/** Only with pictures: the narrowest screen, 1280 pixels at 200 % zoom, forced colors and paper. */
const rare: Look[] = [
  { width: 320 },
  { width: 640, height: 400 },
  { width: 1280, on: "forced-colors" },
  { width: 1280, on: "paper" },
];
const inAllLooks = ["managers", "managers-menu-open", "profile-inactive", "api-keys", "role-member", "activity"];

beforeAll(async () => {
  addPseudoLanguage();
  roster = await startPopulated();
  empty = await startRoster({}, { isEmpty: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
  await empty?.close();
  if (picturesLanguage) await makeContactSheet();
});

function wordsOf(language: string): Words {
  if (!isLanguage(language)) throw new Error(`PICTURES=${language}: no such language`);
  return wordsIn(language);
}

async function openPage(baseURL: string): Promise<Page> {
  const page = await newPage(browser, { ...desktop, baseURL, language: words.tag });
  findInLanguage(page, words);
  return page;
}

/** A browser page whose user has logged in once. */
async function pageOf(email = "nobody"): Promise<Page> {
  const known = pages.get(email);
  if (known) return known;
  const page = await openPage(roster.url);
  pages.set(email, page);
  if (email !== "nobody") await logIn(page, email, roster);
  return page;
}

async function lookAt(page: Page, name: string): Promise<void> {
  await takePictures(page, name, [desktop, phone, ...others, ...rare]);
  const headings = await page.evaluate("document.querySelectorAll('h1').length");
  const lost = await overflowing(page);
  await showIn(page, desktop);
  const foreign = words === pseudoWords ? await hardCoded(page, await knownTexts(roster)) : [];
  expect({ headings, lost, foreign }).toEqual({ headings: 1, lost: [], foreign: [] });
  const more = picturesLanguage ? [...others, ...rare] : [];
  const colors = inAllLooks.includes(name) && !picturesLanguage ? others : [];
  expect(await axeViolations(page, { all: [phone, ...more], colors })).toEqual([]);
}

/** What pages show as it is: names of people (erased ones, too), keys and applications, the subjects of mails, browsers. */
async function knownTexts({ db }: Roster): Promise<string[]> {
  const people = await db("users").select("id", "first_name", "last_name");
  const mails = await db("deliveries").select("subject");
  return [
    ...people.map((person) => `${person.first_name} ${person.last_name}`),
    ...mails.map(({ subject }) => subject),
    ...people.map(({ id }) => `Former user ${id}`),
    ...(await db("api_keys").pluck("name")),
    ...(await db("applications").pluck("name")),
    ...languageOptions().map(({ name }) => name),
    ...["Chrome", "Linux", "Apache, mod_auth_openidc", "oauth2-proxy", "Node.js, openid-client"],
  ];
}

test.each(states)('the page "$name" is accessible, translated, and fits 320 pixels', async ({ name, as, open }) => {
  const page = await pageOf(as);
  await open(page, roster);
  await lookAt(page, name);
});

test("the pages before and right after setup are accessible, translated, and fit 320 pixels", async () => {
  const page = await openPage(empty.url);
  await page.goto("/login");
  await lookAt(page, "log-in-before-set-up");
  await page.goto((await makeSetupLink(empty.db, empty.url)) ?? "");
  await lookAt(page, "set-up");
  await page.getByLabel("Organization").fill("Acme");
  await clickAndLoad(page.getByRole("button", { name: "Set up" }));
  await lookAt(page, "set-up-refused");
  const person = { "First name": "Ada", "Last name": "Lovelace", Email: "ada@example.com", Organization: "Acme" };
  const typed = { ...person, Password: password, "Confirm password": password };
  for (const [label, value] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(value);
  await clickAndLoad(page.getByRole("button", { name: "Set up" }));
  await lookAt(page, "managers-first-steps");
});
