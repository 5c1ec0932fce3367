import type { Page } from "playwright-core";
import { showIn } from "./browser.ts";

// Text that is cut off: by the screen, or by a button, label or heading that is too small for it. What scrolls, ends in
// an ellipsis or is only for screen readers is not meant.
const find = `(() => {
  const root = document.documentElement, width = root.clientWidth, found = [];
  if (root.scrollWidth > width) found.push("the page is " + root.scrollWidth + "px wide");
  const small = ".button, .pill, .badge, summary, label, legend, th, h1, h2";
  const isMeant = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement)
      if (at.matches(".skip-link, .visually-hidden, [inert]") || getComputedStyle(at).overflowX !== "visible") return false;
    return element.checkVisibility({ contentVisibilityAuto: true });
  };
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!data.trim()) continue;
    const box = parentElement.closest(small);
    range.selectNodeContents(texts.currentNode);
    const { left, right } = range.getBoundingClientRect();
    const edges = box?.getBoundingClientRect() ?? { left: 0, right: width };
    const isOut = left < Math.max(0, edges.left) - 1 || right > Math.min(width, edges.right) + 1;
    if (isOut && right > left && isMeant(parentElement)) found.push(data.trim());
  }
  return found;
})()`;

/** What does not fit the narrowest screens, in the page's direction and in the other one. */
export async function overflowing(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [390, 320]) {
    await showIn(page, { width });
    found.push(...(await page.evaluate<string[]>(find)).map((text) => `${width}px: ${text}`));
  }
  const turn = "document.documentElement.dir = document.documentElement.dir === 'rtl' ? 'ltr' : 'rtl'";
  const turned = await page.evaluate<string[]>(`(${turn}, ${find})`);
  await page.evaluate(turn);
  return [...found, ...turned.map((text) => `320px, the other direction: ${text}`)];
}
