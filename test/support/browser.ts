import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { timeoutMs } from "./eventually.ts";

/** `on`: on paper, or with the few colors that people choose on their system. */
export type Look = { width?: number; height?: number; dark?: boolean; on?: "screen" | "paper" | "forced-colors" };

export const pictures = join(import.meta.dirname, "../../pictures");
/** The language in which pictures are taken; undefined if none are. */
export const picturesLanguage = process.env.PICTURES;
const looks = new WeakMap<Page, Required<Look>>();

/** The browser that global-setup.ts found, one for each test file: `afterAll(() => browser.close())`. */
export async function openBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH, CHROMIUM_LIBRARIES, LD_LIBRARY_PATH = "" } = process.env;
  if (!CHROMIUM_PATH) throw new Error("No Chromium for this machine is among the packages: name one in CHROMIUM_PATH");
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    timeout: timeoutMs,
    args: ["--no-sandbox", "--disable-gpu"], // never the package's own, they turn web security off
    env: CHROMIUM_LIBRARIES
      ? { ...process.env, LD_LIBRARY_PATH: `${CHROMIUM_LIBRARIES}:${LD_LIBRARY_PATH}` }
      : { ...process.env },
  });
}

/** Every browser context of the tests, with one time limit. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(timeoutMs);
  return context;
}

/** A page with its own cookies and without JavaScript, since everything in Roster must work that way. */
export async function newPage(
  browser: Browser,
  options: Look & { baseURL?: string; language?: string } = {},
): Promise<Page> {
  const { width = 1280, height = 800, dark = false, on = "screen", baseURL, language } = options;
  const context = await newContext(browser, {
    javaScriptEnabled: false,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    ...(baseURL !== undefined && { baseURL }),
    ...(language !== undefined && { extraHTTPHeaders: { "Accept-Language": language } }),
  });
  const page = await context.newPage();
  looks.set(page, { width, height, dark, on });
  // What the browser reports to its console fails the test (console-error.ts).
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) console.error(message.text());
  });
  page.on("response", (response) => {
    const isPage = response.request().resourceType() === "document";
    if (response.status() >= 400 && !isPage) console.error(`${response.status()} for ${response.url()}`);
  });
  return page;
}

/** Clicks a link or button, and waits for the page that it opens: a click alone may return before its HTML is complete. */
export async function clickAndLoad(target: Locator): Promise<void> {
  await loads(target.page(), () => target.click());
}

/** Does what opens another page, and waits until that page is complete. */
export async function loads(page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForEvent("load"), act()]);
}

/** Writes the whole page to pictures/NAME-WIDTH-light.png (or -dark, -paper, -forced-colors) in each look, if PICTURES is set. */
export async function takePictures(page: Page, name: string, wanted: Look[]): Promise<void> {
  if (!picturesLanguage) return;
  mkdirSync(pictures, { recursive: true });
  for (const look of wanted) {
    await showIn(page, look);
    const { width, dark, on } = lookOf(page);
    const shown = on === "screen" ? (dark ? "dark" : "light") : on;
    await page.screenshot({ path: join(pictures, `${name}-${width}-${shown}.png`), fullPage: true });
  }
}

/** Shows a page in another look without loading it again. */
export async function showIn(
  page: Page,
  { width = 1280, height = 800, dark = false, on = "screen" }: Look,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({
    colorScheme: dark ? "dark" : "light",
    media: on === "paper" ? "print" : "screen",
    forcedColors: on === "forced-colors" ? "active" : "none",
    // Without motion, the new colors appear immediately.
    reducedMotion: "reduce",
  });
  if (looks.has(page)) looks.set(page, { width, height, dark, on });
}

/** The look of a page from newPage(). */
export function lookOf(page: Page): Required<Look> {
  const look = looks.get(page);
  if (!look) throw new Error("The page does not come from newPage()");
  return look;
}
