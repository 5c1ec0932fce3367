import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { newPage, openBrowser } from "../support/browser.ts";
import { head } from "../support/imports.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

// A list of users goes from a spreadsheet into Roster and back, in a browser that runs no script.

let roster: Roster;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  roster = await startRoster();
  browser = await openBrowser();
  page = await newPage(browser, { baseURL: roster.url });
  await page.goto("/login");
  await page.getByLabel("Email").fill("ada@example.com");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
});

const link = (name: string) => page.getByRole("link", { name, exact: true });
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const heading = () => page.getByRole("heading", { level: 1 }).innerText();
async function choose(content: string | Buffer): Promise<void> {
  const buffer = Buffer.from(content);
  await page.getByLabel("CSV file").setInputFiles({ name: "users.csv", mimeType: "text/csv", buffer });
  await press("Check file");
}
async function download(name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), link(name).click()]);
  return readFileSync(await file.path(), "utf8");
}

test("a file is checked, imported and corrected, and the export of Managers is unchanged when it comes back", async () => {
  await page.goto("/admin/managers");
  await link("Import users").click();
  await choose(Buffer.from(`${head}\r\nzoe@example.com,Zo\xeb,M\xfcller,manager\r\nkim@,Kim,Lee,\r\n`, "latin1"));
  expect(await heading()).toBe("Is this file encoded in windows-1252?");
  expect(await page.getByText("Zoë Müller").isVisible()).toBe(true);
  await press("Use windows-1252");
  expect(await page.getByRole("listitem").filter({ hasText: "Line 2" }).innerText()).toContain("Create: Zoë Müller");
  await press("Import");
  expect(await heading()).toBe("The import is finished");
  const failed = await download("Download the failed lines");
  expect(failed).toBe(`${head}\r\nkim@,Kim,Lee,\r\n`);

  await link("Import another file").click();
  await choose(failed.replace("kim@", "kim@example.com"));
  await press("Import");
  await page.locator(".back").getByRole("link").click();
  for (const name of ["Zoë Müller", "Kim Lee"]) expect(await link(name).isVisible()).toBe(true);

  const exported = await download("Export as CSV");
  await link("Import users").click();
  await choose(exported);
  const users = exported.split("\r\n").length - 2;
  expect(await link(`Unchanged: ${users}`).isVisible()).toBe(true);
  expect(await link(`All lines: ${users}`).isVisible()).toBe(true);
});

test("a long import shows how far it is, and the page finds its end by itself", async () => {
  await page.goto("/admin/managers/import");
  const lines = Array.from({ length: 8_000 }, (_, n) => `long${n}@example.com,Long,L${n},\n`);
  await choose(`${head}\n${lines.join("")}`);
  await press("Import");
  expect(await heading()).toBe("The import is running");
  expect(await page.getByRole("progressbar").getAttribute("aria-label")).toMatch(/^[\d,]+ of 8,000 done$/);
  await page.getByRole("heading", { level: 1, name: "The import is finished" }).waitFor({ timeout: 120_000 });
  expect(await link("Created: 8,000").isVisible()).toBe(true);
});
