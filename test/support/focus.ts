import type { Page } from "playwright-core";
import { timeoutMs } from "./eventually.ts";

/**
 * What is wrong with the focus: nowhere, invisible, out of view or covered. Undefined if nothing is wrong. The mark may
 * be on what represents the control: its label, or the card around a radio.
 */
export async function focusFault(page: Page): Promise<string | undefined> {
  // Scrolling to the focus may not have ended.
  for (const until = Date.now() + timeoutMs; ; ) {
    const fault = (await page.evaluate<string | null>(faultInPage)) ?? undefined;
    if (!fault || Date.now() > until) return fault;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the page has been painted: Chromium moves the focus to a field or an anchor only then. */
export async function painted(page: Page): Promise<void> {
  await page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 }, caret: "initial" });
}

/** Runs inside the page through the debugger, because the page's own scripts are off. */
const faultInPage = `(() => {
  const active = document.activeElement;
  if (!active || active === document.body || active === document.documentElement) return "nothing has the focus";
  const name = active.outerHTML.slice(0, 120);
  if (!active.matches(":focus-visible")) return "not :focus-visible: " + name;
  if (active.localName === "main") return null; // The skip link leads here.
  const standIns = [active, ...(active.labels ?? []), active.closest(".role-choice")].filter(Boolean);
  const isMarked = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const marked = standIns.find(isMarked);
  if (!marked) return "no outline: " + name;
  const { left, right, top, bottom } = marked.getBoundingClientRect();
  if (right - left < 4 || bottom - top < 4) return "too small: " + name;
  const inset = 2;
  const points = [
    [left + inset, top + inset],
    [right - inset, top + inset],
    [left + inset, bottom - inset],
    [right - inset, bottom - inset],
    [(left + right) / 2, (top + bottom) / 2],
  ].filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  if (points.length === 0) return "out of view: " + name;
  const isSeen = ([x, y]) => {
    const over = document.elementFromPoint(x, y);
    return over && (marked.contains(over) || over.contains(marked) || standIns.some((element) => element.contains(over)));
  };
  const unseen = points.filter((point) => !isSeen(point));
  if (unseen.length > 0) return "covered at " + unseen.join("; ") + ": " + name;
  return null;
})()`;

/**
 * What is wrong with the page's outline: it must have one h1, no skipped level of heading, and one of each landmark.
 */
export async function headingFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const faults = [];
    const isShown = (element) => !element.closest("[inert]") && element.checkVisibility();
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isShown);
    const levels = headings.map((heading) => Number(heading.localName[1]));
    if (!document.querySelector("dialog") && levels.filter((level) => level === 1).length !== 1) faults.push("h1: " + levels);
    levels.forEach((level, i) => level > (levels[i - 1] ?? 1) + 1 && faults.push("skips a level: " + headings[i].outerHTML));
    for (const landmark of ["main", "body > .page > header"])
      if (document.querySelectorAll(landmark).length !== 1) faults.push("not one " + landmark);
    return faults;
  })()`);
}
