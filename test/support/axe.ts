import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { lookOf } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe-core finds on the page as it stands there: one line for each fault, so `toEqual([])` is the test. axe-core
 * needs scripts, so a second context shows the same HTML at the same address (nothing is asked for again: it may be the
 * answer to a POST) with the same cookies for style sheets and images.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  // Now and then a copy waits for its style sheet for ever; nothing was looked at then, and another copy is made.
  for (let copies = 1; copies < 3; copies++) {
    const found = await violationsInCopy(page).catch((error: unknown) => {
      if (!String(error).includes("Timeout")) throw error;
      return undefined;
    });
    if (found) return found;
  }
  return violationsInCopy(page);
}

async function violationsInCopy(page: Page): Promise<string[]> {
  const { width, height, dark } = lookOf(page);
  const browser = page.context().browser();
  if (!browser) throw new Error("The page's browser is closed");
  const context = await browser.newContext({
    bypassCSP: true,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    storageState: await page.context().storageState(),
  });
  try {
    const html = await currentHtml(page);
    const copy = await context.newPage();
    await copy.route(
      (url) => url.href === page.url().replace(/#.*/, ""),
      (route) => route.fulfill({ body: html, contentType: "text/html; charset=utf-8" }),
      { times: 1 },
    );
    await copy.goto(page.url(), { waitUntil: "domcontentloaded", timeout: 10_000 });
    await copy.waitForFunction("document.querySelector('link[rel=stylesheet]')?.sheet", undefined, { timeout: 10_000 });
    await copy.evaluate(axe);
    const { violations } = await copy.evaluate<AxeResults>("axe.run()");
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary?.replace(/\s+/g, " ")}`),
    );
  } finally {
    await context.close();
  }
}

/** The page's HTML with what the person chose and typed, which the page keeps outside of its HTML. */
async function currentHtml(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const copy = document.documentElement.cloneNode(true);
    const now = document.querySelectorAll("input, option");
    copy.querySelectorAll("input, option").forEach((element, index) => {
      const { type, checked, selected, value } = now[index];
      if (type === "checkbox" || type === "radio") element.toggleAttribute("checked", checked);
      else if (element.localName === "option") element.toggleAttribute("selected", selected);
      else if (element.localName === "input" && type !== "file") element.setAttribute("value", value);
    });
    return "<!doctype html>" + copy.outerHTML;
  })()`);
}
