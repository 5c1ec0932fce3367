import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { axeViolations } from "../support/axe.ts";
import { clickAndLoad, newPage, openBrowser, showIn, takePictures } from "../support/browser.ts";
import { makeContactSheet } from "../support/contact-sheet.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { type Populated, startPopulated } from "./populated.ts";
import { logIn, states } from "./states.ts";

// Every page in every state: axe-core finds no fault, nothing is wider than the screen, and with PICTURES=1 a picture
// of each is taken. Each is opened once and checked in every width and color scheme.

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
const inAllLooks = ["managers", "managers-menu-open", "profile-inactive", "api-keys", "role-member", "activity"];

beforeAll(async () => {
  roster = await startPopulated();
  empty = await startRoster({}, { isEmpty: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
  await empty?.close();
  if (process.env.PICTURES === "1") await makeContactSheet();
});

/** A browser page whose user has logged in once. */
async function pageOf(email = "nobody"): Promise<Page> {
  const known = pages.get(email);
  if (known) return known;
  const page = await newPage(browser, { ...desktop, baseURL: roster.url });
  pages.set(email, page);
  if (email !== "nobody") await logIn(page, email, roster);
  return page;
}

async function lookAt(page: Page, name: string): Promise<void> {
  await takePictures(page, name, [desktop, phone, ...others]);
  await showIn(page, { width: 320 });
  const [width, headings] = await page.evaluate<[number, number]>(
    "[document.documentElement.scrollWidth, document.querySelectorAll('h1').length]",
  );
  await showIn(page, desktop);
  expect(headings).toBe(1);
  expect(width).toBeLessThanOrEqual(320);
  expect(await axeViolations(page, { all: [phone], colors: inAllLooks.includes(name) ? others : [] })).toEqual([]);
}

test.each(states)('the page "$name" is accessible and fits 320 pixels', async ({ name, as, open }) => {
  const page = await pageOf(as);
  await open(page, roster);
  await lookAt(page, name);
});

test("the setup page before there is an Admin is accessible and fits 320 pixels", async () => {
  const page = await newPage(browser, { ...desktop, baseURL: empty.url });
  await page.goto((await makeSetupLink(empty.db, empty.url)) ?? "");
  await lookAt(page, "set-up");
  await page.getByLabel("Organization").fill("Acme");
  await clickAndLoad(page.getByRole("button", { name: "Set up" }));
  await lookAt(page, "set-up-refused");
});
