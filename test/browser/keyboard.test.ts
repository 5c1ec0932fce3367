import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, FileChooser, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { axeViolations } from "../support/axe.ts";
import { loads, newPage, openBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { focusFault, headingFaults, painted } from "../support/focus.ts";
import { addUser, addUsers, giveResetLink, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// The main job by keyboard alone in a browser without JavaScript. At each press of Tab something has visible focus, and
// nothing covers it (WCAG 2.2: 2.1.1, 2.4.3, 2.4.7, 2.4.11).

let roster: Roster;
let browser: Browser;
let page: Page;
let zoe: Person;
/** All tabs of the browser, in the order in which they opened. */
const choosers: FileChooser[] = [];

beforeAll(async () => {
  roster = await startRoster();
  browser = await openBrowser();
  page = await newPage(browser, { baseURL: roster.url });
  page.on("filechooser", (chooser) => choosers.push(chooser));
  const many = Array.from({ length: 60 }, (_, index) => ({
    email: `user${index}@example.com`,
    firstName: "Some",
    lastName: `One ${index}`,
  }));
  await addUsers(roster.deps, many);
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
});

const link = (name: string) => page.getByRole("link", { name, exact: true });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const field = (label: string) => page.getByLabel(label, { exact: true });
const section = (name: string) => page.getByRole("region", { name, exact: true });
const row = () => roster.db("users").where({ id: zoe.id }).first();

const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element.matches(":focus"));
const getsFocus = (target: Locator): Promise<boolean> => eventually(() => hasFocus(target));

/** Presses the key until the target has the focus, and checks the focus after each press. */
async function go(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let presses = 0; presses < 200; presses++) {
    if (presses > 0 || (await page.locator(":focus").count()) > 0) {
      const fault = await focusFault(page);
      if (fault) throw new Error(`${page.url()}, after ${presses} presses of ${key}: ${fault}`);
    }
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never comes to ${target}`);
}

/** Moves the focus to it, presses the key, and waits for the page that opens. */
async function activate(target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await go(target);
  await loads(page, () => page.keyboard.press(key));
  await painted(page);
  expect(await headingFaults(page)).toEqual([]);
}

async function fill(label: string, text: string): Promise<void> {
  await go(field(label));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

/** The notice says this and has the focus. */
async function expectNotice(words: string): Promise<void> {
  const notice = page.getByRole("status", { name: words });
  await getsFocus(notice);
  expect(await focusFault(page)).toBeUndefined();
}

test("with the keyboard alone, an Admin reaches the skip link first", async () => {
  await page.goto("/admin/managers");
  await getsFocus(field("Email"));
  await go(link("Skip to content"), "Shift+Tab");
});

test("with the keyboard alone, an Admin logs in, and a refusal moves the focus to the summary", async () => {
  await page.goto("/admin/managers");
  await fill("Email", "ada@example.com");
  await fill("Password", "wrong");
  await page.keyboard.press("Enter");
  await getsFocus(page.getByRole("alert", { name: "There is a problem" }));
  await fill("Password", password);
  await activate(button("Log in"));
  expect(await page.title()).toBe("Managers – Roster");
});

test("with the keyboard alone, an Admin moves through a long list both ways, and the sticky heading never covers the focus", async () => {
  await go(button("Next page"));
  await go(link("Skip to content"), "Shift+Tab");
});

test("with the keyboard alone, an Admin searches and skips the menu", async () => {
  await page.keyboard.press("Enter");
  await getsFocus(page.getByRole("main"));
  await page.keyboard.press("Tab");
  expect(await page.locator("main :focus").count()).toBe(1);
  await fill("Search", "o’neill zoe");
  await go(field("Role"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await activate(button("Search"), "Space");
  await activate(link("Zoë O'Neill"));
  expect(await page.title()).toBe("Zoë O'Neill – Roster");
});

test("with the keyboard alone, an Admin moves through the whole profile both ways", async () => {
  const last = page.locator("main a, main button, main summary, main input:not([type=hidden])").last();
  await go(last);
  await go(link("Skip to content"), "Shift+Tab");
});

test("with the keyboard alone, an Admin edits the personal information, and the focus goes to the summary and then to the notice", async () => {
  await activate(section("Personal Information").getByRole("link"));
  await fill("Last name", "");
  await activate(button("Save changes"));
  await getsFocus(page.getByRole("alert", { name: "There is a problem" }));
  expect(await focusFault(page)).toBeUndefined();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await getsFocus(field("Last name"));
  expect(await focusFault(page)).toBeUndefined();
  await page.keyboard.type("O'Neill-Smith");
  await activate(button("Save changes"));
  await expectNotice("Personal information saved.");
  expect(await axeViolations(page)).toEqual([]);
  expect(await row()).toMatchObject({ last_name: "O'Neill-Smith" });
});

test("with the keyboard alone, an Admin changes the role with the arrow keys", async () => {
  await activate(section("Roles and Permissions").getByRole("link"));
  await go(page.getByRole("radio", { name: "Member", exact: true }));
  await page.keyboard.press("ArrowUp");
  await getsFocus(page.getByRole("radio", { name: "Manager", exact: true }));
  expect(await focusFault(page)).toBeUndefined();
  expect(await page.getByRole("table").innerText()).toMatch(/gains edit/);
  await activate(button("Save changes"));
  await expectNotice("Role saved: Manager.");
  expect(await row()).toMatchObject({ role: "manager" });
});

test("with the keyboard alone, an Admin sets a password", async () => {
  await activate(section("Password").getByRole("link"));
  await fill("New password", "copper-lantern-drifting-88");
  await fill("Confirm new password", "copper-lantern-drifting-88");
  await go(field("Ask for a new password at the next log-in"));
  await page.keyboard.press("Space");
  await activate(button("Save changes"), "Space");
  await expectNotice("Password saved. All other sessions of this user were ended.");
  expect(await row()).toMatchObject({ must_change_password: 0 });
});

test("with the keyboard alone, an Admin changes the photo with the browser's file chooser and removes it", async () => {
  const photo = join(roster.dataDir, "zoe.png");
  const size = { width: 90, height: 60, channels: 3 as const };
  writeFileSync(
    photo,
    await sharp({ create: { ...size, background: "#226688" } })
      .png()
      .toBuffer(),
  );
  await go(field("Change photo"));
  await page.keyboard.press("Enter");
  await (await eventually(() => choosers.at(-1))).setFiles(photo);
  await getsFocus(field("Change photo"));
  expect(await focusFault(page)).toBeUndefined();
  await activate(button("Save photo"));
  await expectNotice("Photo saved.");
  await activate(button("Remove photo"));
  await expectNotice("Photo removed.");
});

test("with the keyboard alone, an Admin generates a key, and the focus stays in the dialog and returns to the section", async () => {
  await activate(button("Generate new key"));
  const dialog = page.getByRole("dialog");
  await getsFocus(link("Done"));
  const key = await dialog.locator("code").first().innerText();
  await go(dialog.locator("code").first(), "Shift+Tab");
  for (const place of [dialog.getByRole("region"), link("Done")]) {
    await page.keyboard.press("Tab");
    await getsFocus(place);
    expect(await focusFault(page)).toBeUndefined();
  }
  await activate(link("Done"));
  expect(await page.content()).not.toContain(key);
  await page.keyboard.press("Tab");
  expect(await section("API keys").locator(":focus").count()).toBe(1);
  expect(await focusFault(page)).toBeUndefined();
});

test("with the keyboard alone, an Admin revokes the key, and the notice at the top of the profile gets the focus", async () => {
  await activate(section("API keys").getByRole("link", { name: "Revoke", exact: true }));
  await activate(button("Revoke"));
  await expectNotice("Key revoked.");
});

test("with the keyboard alone, an Admin deactivates and activates a user", async () => {
  await activate(section("Extra Settings").getByRole("link", { name: "Deactivate", exact: true }));
  await activate(link("Cancel"));
  await activate(section("Extra Settings").getByRole("link", { name: "Deactivate", exact: true }));
  await activate(button("Deactivate"));
  await expectNotice("This user is inactive and can no longer log in.");
  expect(await row()).toMatchObject({ status: "inactive" });
  await activate(section("Extra Settings").getByRole("link", { name: "Activate" }));
  await activate(button("Activate"));
  expect(await row()).toMatchObject({ status: "active" });
});

test("with the keyboard alone, an Admin opens and closes the menu on a phone and logs out", async () => {
  await page.setViewportSize({ width: 390, height: 700 });
  await page.reload();
  await painted(page);
  const menu = page.locator("summary", { hasText: "Menu" });
  await go(menu);
  await page.keyboard.press("Enter");
  await go(link("Organization"));
  await go(menu, "Shift+Tab");
  await page.keyboard.press("Space");
  await activate(button("Log out"));
  expect(await page.title()).toBe("Log in – Roster");
});

test("a screen reader reads a notice above a form together with the focused field", async () => {
  await page.goto(await giveResetLink(roster, zoe));
  await fill("New password", "quiet-harbour-marble-17");
  await fill("Confirm new password", "quiet-harbour-marble-17");
  await activate(button("Save password"));
  await getsFocus(field("Email"));
  expect(await field("Email").getAttribute("aria-describedby")).toBe(await page.getByRole("status").getAttribute("id"));
});
