import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { clickAndLoad, newPage, openBrowser } from "../support/browser.ts";
import { password } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";

let roster: Roster;
let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "roster-photo-"));
  roster = await startRoster();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await roster?.close();
  rmSync(folder, { recursive: true });
});

test.each([6, 40])(
  "a photo of %i MB gets Roster's error page in a browser, and not the browser's own",
  async (size) => {
    const page = await newPage(browser, { baseURL: roster.url });
    await page.goto("/login");
    await page.getByLabel("Email").fill(roster.people.max.email);
    await page.getByLabel("Password").fill(password);
    await clickAndLoad(page.getByRole("button", { name: "Log in" }));
    // By its path: as a buffer it goes through the browser's debugger, at 0.7 s per MB on a slow machine.
    const file = join(folder, `large-${size}.jpg`);
    writeFileSync(file, Buffer.alloc(size * 1_000_000));
    await page.getByLabel("Change photo").setInputFiles(file);
    await clickAndLoad(page.getByRole("button", { name: "Save photo" }));
    expect(await page.getByRole("main").innerText()).toContain("larger than 5 MB");
    await page.context().close();
  },
);
