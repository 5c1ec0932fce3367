import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { clickAndLoad, newPage, openBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { addUser, type Person, password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// The main job as an Admin does it, with a browser without JavaScript and only what is on the pages.

let roster: Roster;
let browser: Browser;
let page: Page;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  browser = await openBrowser();
  page = await newPage(browser, { baseURL: roster.url });
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
});

const link = (name: string | RegExp) => page.getByRole("link", { name });
const button = (name: string) => page.getByRole("button", { name, exact: true });
const section = (name: string) => page.getByRole("region", { name, exact: true });
const heading = () => page.getByRole("heading", { level: 1 }).innerText();
const openProfile = () => page.goto(`/admin/managers/${zoe.id}`);
const notice = () => page.getByRole("status").innerText();

async function logIn(on: Page, email: string, secret = password): Promise<void> {
  await on.goto("/login");
  await on.getByLabel("Email", { exact: true }).fill(email);
  await on.getByLabel("Password", { exact: true }).fill(secret);
  await clickAndLoad(on.getByRole("button", { name: "Log in" }));
}

test("an Admin logs in and gets the requested page", async () => {
  await page.goto("/admin/managers?status=active");
  expect(page.url()).toContain("/login");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password").fill("wrong");
  await clickAndLoad(button("Log in"));
  expect(await page.title()).toBe("Error: Log in – Roster");
  await page.getByLabel("Password").fill(password);
  await clickAndLoad(button("Log in"));
  expect(new URL(page.url()).search).toBe("?status=active");
});

test("an Admin searches and opens the profile", async () => {
  await page.goto("/");
  expect(await heading()).toBe("Managers");
  await page.getByRole("searchbox", { name: "Search" }).fill("oneill zoe");
  await clickAndLoad(button("Search"));
  expect(await page.getByText("No user matches").count()).toBe(1);
  await page.getByRole("searchbox", { name: "Search" }).fill("o’neill zoe");
  await clickAndLoad(button("Search"));
  await clickAndLoad(link("Zoë O'Neill"));
  expect(await heading()).toBe("Zoë O'Neill");
  for (const name of [
    "Profile",
    "Personal Information",
    "Roles and Permissions",
    "Password",
    "API keys",
    "Extra Settings",
  ]) {
    expect(await section(name).getByRole("heading", { name, exact: true }).count()).toBe(1);
  }
});

test("an Admin changes the photo and removes it", async () => {
  await openProfile();
  const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: "#226688" } })
    .jpeg()
    .toBuffer();
  expect(await section("Profile").locator("img").count()).toBe(0);
  expect(await button("Save photo").isVisible()).toBe(false);
  await page.getByLabel("Change photo").setInputFiles({ name: "zoe.jpg", mimeType: "image/jpeg", buffer: photo });
  await clickAndLoad(button("Save photo"));
  expect(await notice()).toContain("Photo saved.");
  const shown = await section("Profile").locator("img").getAttribute("src");
  expect((await page.request.get(shown ?? "")).headers()["content-type"]).toBe("image/webp");

  await page
    .getByLabel("Change photo")
    .setInputFiles({ name: "x.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") });
  await clickAndLoad(button("Save photo"));
  expect(await page.getByRole("alert").innerText()).toContain("There is a problem");
  expect(await section("Profile").locator("img").getAttribute("src")).toBe(shown);

  await clickAndLoad(button("Remove photo"));
  expect(await notice()).toContain("Photo removed.");
  expect(await section("Profile").locator("img").count()).toBe(0);
});

test("an Admin edits the personal information", async () => {
  await openProfile();
  await clickAndLoad(section("Personal Information").getByRole("link", { name: "Edit" }));
  await page.getByLabel("Last name").fill("");
  await clickAndLoad(button("Save changes"));
  expect(await page.title()).toBe("Error: Edit personal information – Roster");
  await page.getByRole("alert").getByRole("link").click();
  await eventually(async () => (await page.evaluate("document.activeElement?.id")) === "lastName");
  await page.getByLabel("Last name").fill("O'Neill-Smith");
  await clickAndLoad(button("Save changes"));
  expect(await notice()).toContain("Personal information saved.");
  expect(await heading()).toBe("Zoë O'Neill-Smith");
});

test("an Admin changes the role and sees what it grants", async () => {
  await openProfile();
  await clickAndLoad(section("Roles and Permissions").getByRole("link", { name: "Edit" }));
  const tables = page.getByRole("table");
  expect(await tables.count()).toBe(1);
  await page.getByRole("radio", { name: "Manager", exact: true }).check();
  expect(await tables.count()).toBe(1);
  expect(await tables.innerText()).toMatch(/gains edit/);
  await clickAndLoad(button("Save changes"));
  expect(await notice()).toContain("Role saved: Manager.");
  expect(await section("Roles and Permissions").getByRole("table").innerText()).toMatch(/Apps\s+edit, view/);
});

test("an Admin sets a password, and the user must choose another at the next log-in", async () => {
  await openProfile();
  await clickAndLoad(section("Password").getByRole("link", { name: "Edit" }));
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByLabel("Confirm new password").fill("short");
  await clickAndLoad(button("Save changes"));
  expect(await page.getByRole("alert").innerText()).toContain("use at least 15 characters");
  expect(await page.getByLabel("New password", { exact: true }).inputValue()).toBe("");
  await page.getByLabel("New password", { exact: true }).fill("copper-lantern-drifting-88");
  await page.getByLabel("Confirm new password").fill("copper-lantern-drifting-88");
  await clickAndLoad(button("Save changes"));
  expect(await notice()).toContain("Password saved.");

  const theirs = await newPage(browser, { baseURL: roster.url });
  await logIn(theirs, "zoe@example.com", "copper-lantern-drifting-88");
  expect(new URL(theirs.url()).pathname).toBe("/new-password");
  await theirs.goto("/profile");
  expect(new URL(theirs.url()).pathname).toBe("/new-password");
  await theirs.getByLabel("New password", { exact: true }).fill("quiet-harbour-marble-17");
  await theirs.getByLabel("Confirm new password").fill("quiet-harbour-marble-17");
  await clickAndLoad(theirs.getByRole("button", { name: "Save password" }));
  expect(new URL(theirs.url()).pathname).toBe("/profile");
  await theirs.context().close();
});

test("an Admin generates a key, which is shown once and works, and revokes it", async () => {
  await openProfile();
  await clickAndLoad(button("Generate new key"));
  const dialog = page.getByRole("dialog");
  const key = await dialog.locator("code").first().innerText();
  expect(key).toMatch(/^roster_[0-9A-Za-z]{36}$/);
  const me = () => page.request.get("/api/v1/me", { headers: { "X-API-Key": key } });
  expect(await (await me()).json()).toMatchObject({
    email: "zoe@example.com",
    role: "manager",
    organization: { name: "Acme" },
  });
  // Reloading sends the form again: soon after it shows the key again, later it does not.
  await page.reload();
  expect(await dialog.locator("code").first().innerText()).toBe(key);
  await roster.db("submissions").update({ created_at: "2026-01-01T00:00:00.000Z" });
  await page.reload();
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.content()).not.toContain(key);
  expect(await roster.db("api_keys").where({ revoked_at: null })).toHaveLength(1);

  await clickAndLoad(section("API keys").getByRole("link", { name: "Revoke", exact: true }));
  await clickAndLoad(button("Revoke"));
  expect((await me()).status()).toBe(401);
});

test("an Admin deactivates and activates a user", async () => {
  await openProfile();
  await clickAndLoad(section("Extra Settings").getByRole("link", { name: "Deactivate", exact: true }));
  await clickAndLoad(link("Cancel"));
  await clickAndLoad(section("Extra Settings").getByRole("link", { name: "Deactivate", exact: true }));
  await clickAndLoad(button("Deactivate"));
  expect(await section("Profile").getByText("Inactive", { exact: true }).count()).toBe(1);
  const theirs = await newPage(browser, { baseURL: roster.url });
  await logIn(theirs, "zoe@example.com", "quiet-harbour-marble-17");
  expect(await theirs.getByRole("alert").count()).toBe(1);
  await clickAndLoad(section("Extra Settings").getByRole("link", { name: "Activate" }));
  await clickAndLoad(button("Activate"));
  await logIn(theirs, "zoe@example.com", "quiet-harbour-marble-17");
  expect(new URL(theirs.url()).pathname).toBe("/profile");
  await theirs.context().close();
});

test("an Admin creates a user, who can log in immediately", async () => {
  await clickAndLoad(page.getByRole("link", { name: "Managers" }).first());
  await clickAndLoad(link("Create user"));
  await page.getByLabel("First name").fill("Noor");
  await page.getByLabel("Last name").fill("الأمين");
  await page.getByLabel("Email").fill("Noor@Example.com");
  await page.getByLabel("Role").selectOption({ label: "Member" });
  await page.getByLabel("Password", { exact: true }).fill("amber-window-saddle-52");
  await page.getByLabel("Confirm password").fill("amber-window-saddle-52");
  await page.getByLabel("Ask for a new password at the next log-in").uncheck();
  await clickAndLoad(button("Create user"));
  expect(await heading()).toBe("Noor الأمين");
  const noor = await newPage(browser, { baseURL: roster.url });
  await logIn(noor, "noor@example.com", "amber-window-saddle-52");
  expect(new URL(noor.url()).pathname).toBe("/profile");
  expect((await noor.goto("/admin/managers"))?.status()).toBe(403);
  await noor.context().close();
});

test("an Admin finds all of this in the history, without a secret", async () => {
  await clickAndLoad(page.getByRole("link", { name: "Activity" }).first());
  const text = await page.getByRole("main").innerText();
  for (const words of [
    "Ada Lovelace created Noor الأمين",
    "Ada Lovelace changed Zoë O'Neill-Smith’s role from",
    "Ada Lovelace set a new password for Zoë O'Neill-Smith",
    "Ada Lovelace generated an API key for Zoë O'Neill-Smith",
    "Ada Lovelace revoked an API key of Zoë O'Neill-Smith",
    "Ada Lovelace changed Zoë O'Neill-Smith’s status from Active to Inactive",
    "Ada Lovelace removed Zoë O'Neill-Smith’s photo",
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toMatch(/roster_|\$2b\$|harbour-marble/);
});

test("an Admin logs out", async () => {
  await clickAndLoad(button("Log out"));
  expect(new URL(page.url()).pathname).toBe("/login");
  await page.goBack();
  await page.reload();
  expect(new URL(page.url()).pathname).toBe("/login");
});
