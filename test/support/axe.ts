import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Result, RunOptions } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { type Look, lookOf, newContext, showIn } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Without selectors for what passes, and without rules that load the stylesheets again. */
const faultsAlone: RunOptions = { resultTypes: ["violations"], preload: false };
/** All rules, with the size of targets (WCAG 2.2, 2.5.8), which axe-core leaves out by default. */
const everything: RunOptions = { rules: { "target-size": { enabled: true } }, ...faultsAlone };
const colorsAlone: RunOptions = { runOnly: { type: "rule", values: ["color-contrast"] }, ...faultsAlone };

/** One page for each Roster. axe-core stays loaded in it; loading it for each page takes twice as long. */
const copies = new Map<string, Promise<Page>>();

/**
 * What axe-core finds on the current page, in its look and, for colors, in others: one line for each fault. axe-core
 * needs scripts, so it runs in a copy that shows the same HTML with the same cookies. The page is not requested again,
 * because it may be the response to a POST.
 */
export async function axeViolations(page: Page, others: { all?: Look[]; colors?: Look[] } = {}): Promise<string[]> {
  const looks = [lookOf(page), ...(others.all ?? [])].map((look) => ({ look, options: everything }));
  const colors = (others.colors ?? []).map((look) => ({ look, options: colorsAlone }));
  const copy = await copyOf(page);
  const found: string[] = [];
  for (const { look, options } of [...looks, ...colors]) {
    await showIn(copy, look);
    found.push(...(await violations(copy, options)).map((line) => `${JSON.stringify(look)}: ${line}`));
  }
  return found;
}

/** An empty page at this origin, without transitions: half-way through one, colors lack contrast. */
async function newCopy(browser: Browser, origin: string): Promise<Page> {
  const context = await newContext(browser, { reducedMotion: "reduce" });
  const copy = await context.newPage();
  await copy.route(origin, (route) => route.fulfill({ body: "", contentType: "text/html" }), { times: 1 });
  await copy.goto(origin);
  await copy.evaluate(axe);
  return copy;
}

/** A copy that shows what the page shows. */
async function copyOf(page: Page): Promise<Page> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page's browser is closed");
  const { origin } = new URL(page.url());
  const made = copies.get(origin) ?? newCopy(browser, origin);
  copies.set(origin, made);
  const copy = await made;
  await copy.context().clearCookies();
  await copy.context().addCookies(await page.context().cookies());
  // Written into the same window, which keeps axe-core.
  await copy.evaluate(`(async () => {
    document.open();
    const loaded = new Promise((resolve) => addEventListener("load", resolve, { once: true }));
    document.write(${JSON.stringify(await currentHtml(page))});
    document.close();
    await loaded;
    if (!document.querySelector("link[rel=stylesheet]")?.sheet) throw new Error("no stylesheet");
  })()`);
  return copy;
}

async function violations(copy: Page, options: RunOptions): Promise<string[]> {
  const found = await copy.evaluate<Result[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
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
