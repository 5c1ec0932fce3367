import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { clickAndLoad, loads, newContext, newPage, openBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { addUser, addUsers, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

// What people think needs a script, in a browser that runs none.

let roster: Roster;
let browser: Browser;
let page: Page;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "Zimmer", role: "manager" });
  const many = Array.from({ length: 60 }, (_, i) => ({
    email: `p${i}@example.com`,
    firstName: "Per",
    lastName: `P${i}`,
  }));
  await addUsers(roster.deps, many);
  browser = await openBrowser();
  page = await newPage(browser, { baseURL: roster.url });
  await page.goto("/login");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password").fill(password);
  await clickAndLoad(page.getByRole("button", { name: "Log in" }));
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
});

const profile = (): string => `/admin/managers/${zoe.id}`;
const focused = () => page.evaluate<string>("document.activeElement.id || document.activeElement.className");
const button = (name: string) => page.getByRole("button", { name, exact: true });

/** What the browser exposes to a screen reader: role and name of everything that is not ignored. */
async function accessibilityTree(on: Page): Promise<{ role: string; name: string }[]> {
  const client = await on.context().newCDPSession(on);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  await client.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? "") }));
}

test("without a script, the permissions of the chosen role, gained and lost ones, change with the radio", async () => {
  await page.goto(`${profile()}/role`);
  const shown = async () => (await page.getByRole("table").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
  expect(await shown()).toEqual([expect.stringContaining("Apps edit, view")]);
  await page.getByRole("radio", { name: "Admin", exact: true }).check();
  expect(await shown()).toEqual([expect.stringContaining("Users edit, view gains edit, gains view")]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await page.getByRole("radio", { name: "Member", exact: true }).isChecked()).toBe(true);
  expect(await shown()).toEqual([expect.stringContaining("Apps view loses edit")]);
  expect(await page.getByRole("radio", { name: "Manager", exact: true }).isVisible()).toBe(true);
});

test("without a script, Save photo and the file's name appear once a file is chosen, and always without CSS", async () => {
  await page.goto(profile());
  expect(await button("Save photo").isVisible()).toBe(false);
  const before = await page.locator(".photo-form").screenshot();
  const photo = { name: "zoe-on-the-beach.jpg", mimeType: "image/jpeg", buffer: Buffer.from("a photo") };
  await page.getByLabel("Change photo").setInputFiles(photo);
  expect(await button("Save photo").isVisible()).toBe(true);
  // The browser draws the name inside the field: it is visible if the text is not transparent.
  const color = "getComputedStyle(document.getElementById('photo')).color";
  expect(await page.evaluate<string>(color)).not.toMatch(/, 0\)|\/ 0\)|transparent/);
  expect((await page.locator(".photo-form").screenshot()).equals(before)).toBe(false);

  const plain = await newPage(browser, { baseURL: roster.url });
  await plain.context().addCookies(await page.context().cookies());
  await plain.route("**/site.css*", (route) => route.fulfill({ body: "", contentType: "text/css" }));
  await plain.goto(profile());
  expect(await plain.getByRole("button", { name: "Save photo" }).isVisible()).toBe(true);
  await plain.context().close();
});

test("without a script, the menu on a phone opens and closes by touch and by key", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto("/admin/organization");
  const link = page.getByRole("navigation", { name: "Main Menu" }).getByRole("link", { name: "Activity" });
  const summary = page.locator("summary", { hasText: "Menu" });
  expect(await link.isVisible()).toBe(false);
  await summary.click();
  expect(await link.isVisible()).toBe(true);
  await summary.click();
  expect(await link.isVisible()).toBe(false);
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await loads(page, () => page.keyboard.press("Enter"));
  expect(new URL(page.url()).pathname).toBe("/admin/activity");
  expect(await link.isVisible()).toBe(false);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect([await link.isVisible(), await summary.isVisible()]).toEqual([true, false]);
});

test("without a script, one click selects the whole new key, and its dialog does not trap the focus", async () => {
  await page.goto(profile());
  await clickAndLoad(button("Generate new key"));
  const key = page.getByRole("dialog").locator("code").first();
  await key.click({ position: { x: 40, y: 20 } });
  expect(await page.evaluate<string>("String(getSelection())")).toBe(await key.innerText());

  // The page behind is inert, so the keyboard reaches the key, the command and Done, then the browser itself.
  const met: string[] = [];
  await page.reload();
  await page.goto(profile());
  await clickAndLoad(button("Generate new key"));
  await eventually(async () => (await focused()) === "button is-primary");
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("Shift+Tab");
    met.push(await focused());
  }
  expect(met.slice(0, 2)).toEqual(["command", "secret"]);
  await page.getByRole("link", { name: "Done" }).focus();
  await loads(page, () => page.keyboard.press("Enter"));
  expect(page.url()).toBe(`${roster.url}${profile()}#api-keys`);
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("without a script, a long table keeps its headings visible", async () => {
  await page.goto("/admin/managers");
  const heading = page.getByRole("columnheader", { name: "Email" });
  await page.mouse.wheel(0, 1_500);
  await page.waitForFunction("scrollY > 1000");
  const bar = await page.getByRole("banner").boundingBox();
  const box = await heading.boundingBox();
  expect(bar?.y).toBe(0);
  expect(box?.y).toBeGreaterThanOrEqual((bar?.height ?? 0) - 1);
  expect(box?.y).toBeLessThan((bar?.height ?? 0) + 4);
});

describe("screen readers learn from the browser", () => {
  test.each([1280, 390])(
    "at %s pixels which headings of rows and columns a table has, and by which it is sorted",
    async (width) => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto("/admin/managers?sort=-email");
      const tree = await accessibilityTree(page);
      const count = (role: string): number => tree.filter((node) => node.role === role).length;
      expect(tree).toContainEqual({ role: "table", name: "Users of the organization" });
      expect([count("row"), count("columnheader"), count("rowheader"), count("cell")]).toEqual([51, 6, 50, 250]);
      expect(await page.locator("th[aria-sort]").evaluateAll((found) => found.map((th) => th.ariaSort))).toEqual([
        "descending",
      ]);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );

  test("what a notice says after a save, and the focus moves to the errors after a refusal", async () => {
    await page.goto(`${profile()}/personal-information`);
    await page.getByLabel("First name").fill("");
    await clickAndLoad(button("Save changes"));
    // Chromium moves the focus when it paints, which may be after the page has loaded.
    await eventually(async () => (await focused()) === "error-summary");
    await page.getByLabel("First name").fill("Zoé");
    await clickAndLoad(button("Save changes"));
    expect(await page.getByRole("status").innerText()).toBe("Personal information saved.");
    expect(await accessibilityTree(page)).toContainEqual(expect.objectContaining({ role: "status" }));
  });
});

describe("a relative time shows its exact time", () => {
  const exact = /\d+ \w{3,4} \d{4}, \d\d:\d\d UTC/;
  const shownAfter = (on: Page, selector: string): Promise<string> =>
    on.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)}), "::after").content`);

  test("to a mouse, to a passing keyboard focus, and on the profile to everyone", async () => {
    await page.goto("/admin/activity");
    const time = page.locator(".history time").first();
    expect(await time.getAttribute("title")).toMatch(exact);
    expect(await shownAfter(page, ".history time")).toBe("none");
    await page.locator(".history li a").first().focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Tab");
    expect(await shownAfter(page, ".history li:has(:focus) time")).toMatch(/attr\(title\)|UTC/);
    await page.goto(`/admin/managers/${roster.people.ada.id}`);
    expect(await page.getByRole("region", { name: "Profile", exact: true }).innerText()).toMatch(exact);
  });

  test("without moving what the mouse is pressing", async () => {
    await page.goto(profile());
    await page.getByLabel("Name", { exact: true }).fill("Pressed");
    await clickAndLoad(button("Generate new key"));
    await clickAndLoad(page.getByRole("link", { name: "Done" }));
    const row = page.getByRole("row", { name: "Pressed" });
    const before = await row.boundingBox();
    const link = await row.getByRole("link", { name: "Revoke" }).boundingBox();
    if (!link) throw new Error("the link is not on the page");
    await page.mouse.move(link.x + link.width / 2, link.y + link.height / 2);
    await page.mouse.down();
    expect(await row.boundingBox()).toEqual(before);
    await loads(page, () => page.mouse.up());
    expect(page.url()).toMatch(/\/revoke$/);
  });

  test("on touch screens and on paper", async () => {
    await page.emulateMedia({ media: "print" });
    await page.goto("/admin/activity");
    expect(await shownAfter(page, ".history time")).toMatch(/attr\(title\)|UTC/);
    await page.emulateMedia({ media: "screen" });
    const context = await newContext(browser, { hasTouch: true, isMobile: true, baseURL: roster.url });
    await context.addCookies(await page.context().cookies());
    const phone = await context.newPage();
    await phone.goto("/admin/activity");
    expect(await shownAfter(phone, ".history time")).toMatch(/attr\(title\)|UTC/);
    await context.close();
  });
});

test("the page that sets a password states the rule, and after a refusal what would be strong enough", async () => {
  await page.goto(`${profile()}/password`);
  const field = page.getByLabel("New password", { exact: true });
  const described = async () =>
    page.locator(`#${(await field.getAttribute("aria-describedby"))?.split(" ").join(", #")}`).allInnerTexts();
  expect(await described()).toEqual([expect.stringContaining("At least 15 characters")]);
  await field.fill("passwordpassword");
  await clickAndLoad(button("Save changes"));
  expect((await described()).join(" ")).toMatch(
    /At least 15 characters.*Four or more unrelated words make a strong one/,
  );
});

test("a second visit requests only the page and new photos", async () => {
  const lines = (): string[] =>
    roster
      .log()
      .split("\n")
      .filter((line) => line.includes('"method":"GET"'));
  /** A request is logged when its response has been sent, which may be after the page is shown: a later one shows when. */
  const allLogged = async (): Promise<number> => {
    const before = lines().length;
    await visit(roster).get("/healthz?last");
    const last = await eventually(() => lines().findIndex((line, i) => i >= before && line.includes("healthz")) + 1);
    return last;
  };
  const asked = async (path: string): Promise<number> => {
    const before = await allLogged();
    await page.goto(path, { waitUntil: "load" });
    return (await allLogged()) - before - 1;
  };
  await asked("/admin/managers");
  expect(await asked("/admin/managers")).toBe(1);
  expect(await asked("/admin/organization")).toBe(1);
  const photo = { name: "zoe.svg", mimeType: "image/png", buffer: await page.screenshot() };
  await page.goto(profile());
  await page.getByLabel("Change photo").setInputFiles(photo);
  await clickAndLoad(button("Save photo"));
  expect(await asked("/admin/managers?search=zimmer")).toBe(2);
  expect(await asked("/admin/managers?search=zimmer")).toBe(1);
});
