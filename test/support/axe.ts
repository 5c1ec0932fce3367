import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { type Look, lookOf, newContext, showIn } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Without selectors for what passes, and without rules that load the stylesheets again. */
const faultsAlone: RunOptions = { resultTypes: ["violations"], preload: false };
/** All rules, with the size of targets (WCAG 2.2, 2.5.8), which axe-core leaves out by default. */
const everything: RunOptions = { rules: { "target-size": { enabled: true } }, ...faultsAlone };
const colorsAlone: RunOptions = { runOnly: { type: "rule", values: ["color-contrast"] }, ...faultsAlone };

/** One page for each browser, because making a page takes longer than checking it. */
const copies = new WeakMap<Browser, Promise<Page>>();

/**
 * What axe-core finds on the current page, in its look and, for colors, in others: one line for each fault. axe-core
 * needs scripts, so it runs in a copy that shows the same HTML at the same address with the same cookies. The page is
 * not requested again, because it may be the response to a POST.
 */
export async function axeViolations(page: Page, others: { all?: Look[]; colors?: Look[] } = {}): Promise<string[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page's browser is closed");
  const looks = [lookOf(page), ...(others.all ?? [])].map((look) => ({ look, options: everything }));
  const colors = (others.colors ?? []).map((look) => ({ look, options: colorsAlone }));
  const look = async (): Promise<string[]> => {
    const copy = await copyOf(browser, page);
    const found: string[] = [];
    for (const { look, options } of [...looks, ...colors]) {
      await showIn(copy, look);
      found.push(...(await violations(copy, options)).map((line) => `${JSON.stringify(look)}: ${line}`));
    }
    return found;
  };
  // Sometimes a copy never gets its stylesheet. Nothing was checked then, so another copy is made.
  return look().catch((error: unknown) => {
    if (!String(error).includes("Timeout")) throw error;
    copies.delete(browser);
    return look();
  });
}

async function newCopy(browser: Browser): Promise<Page> {
  const context = await newContext(browser, { bypassCSP: true });
  await context.addInitScript(axe);
  return context.newPage();
}

/** A copy that shows what the page shows. */
async function copyOf(browser: Browser, page: Page): Promise<Page> {
  const made = copies.get(browser) ?? newCopy(browser);
  copies.set(browser, made);
  const copy = await made;
  const html = await currentHtml(page);
  const address = page.url().replace(/#.*/, "");
  await copy.context().clearCookies();
  await copy.context().addCookies(await page.context().cookies());
  await copy.unrouteAll();
  await copy.route(
    (url) => url.href === address,
    (route) => route.fulfill({ body: html, contentType: "text/html; charset=utf-8" }),
    { times: 1 },
  );
  await copy.goto("about:blank");
  await copy.goto(page.url(), { waitUntil: "domcontentloaded", timeout: 10_000 });
  await copy.waitForFunction("document.querySelector('link[rel=stylesheet]')?.sheet", undefined, { timeout: 10_000 });
  return copy;
}

async function violations(copy: Page, options: RunOptions): Promise<string[]> {
  const { violations: found } = await copy.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary?.replace(/\s+/g, " ")}`),
  );
}

/** The page's HTML with what was chosen and typed, which is not part of a page's HTML. */
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
