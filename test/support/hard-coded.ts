import type { Page } from "playwright-core";
import { de } from "../../src/words/de.ts";
import { en } from "../../src/words/en.ts";
import { textsOf } from "./pseudo-language.ts";

/** A piece of text, the link or button that it is in, and whether it is a value that needs no translation. */
type Piece = { text: string; control: number; kind: "value" | "person" | "text" };

// All text, by lines: text nodes, names of controls, what is shown on hover.
const read = `(() => {
  const runs = [], controls = [];
  let run = [];
  const end = () => { if (run.length > 0) runs.push(run); run = []; };
  const kindOf = (element) =>
    element.closest("code, pre, time, .avatar") ? "value" : element.closest("bdi") ? "person" : "text";
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const control = node.parentElement.closest("a, button, label, summary");
      if (control && !controls.includes(control)) controls.push(control);
      if (/\\p{L}|⟦|⟧/u.test(node.data))
        run.push({ text: node.data, control: controls.indexOf(control), kind: kindOf(node.parentElement) });
      else if (run.length > 0) run.at(-1).text += node.data;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, [lang]:not(html)")) return;
    const { localName } = node, { display } = getComputedStyle(node);
    const isLine = localName === "br" || !(display === "inline" || node.matches(".visually-hidden"));
    if (isLine) end();
    for (const name of ["title", "alt", "aria-label", "placeholder", "data-label"]) {
      const text = node.getAttribute(name);
      if (text) runs.push([{ text, control: -1, kind: name === "title" ? kindOf(node) : "text" }]);
    }
    for (const child of node.childNodes) visit(child);
    if (isLine) end();
  };
  visit(document.documentElement);
  end();
  return runs;
})()`;

const entries = new Set([...textsOf(en), ...textsOf(de)].map(([, text]) => text.toLowerCase()));

/** Addresses of people, networks, browsers and pages, names of time zones, and the product. */
const values =
  /\S+@\S+|https?:\S+|\b[\da-f]*:[\da-f:]*\b|Mozilla\/.*|\b[A-Z][\w+-]+(\/[\w+-]+)+|\b(?:UTC|GMT|Roster|API)\b/gi;

/** Days and times, which `Intl` writes: the pseudo-language itself has no Hebrew letter. */
const fromIntl = /\p{Script=Hebrew}+/gu;

/** Text that the pseudo-language does not have: hard-coded words, and sentences that are put together from pieces. */
export async function hardCoded(page: Page, known: string[]): Promise<string[]> {
  return (await page.evaluate<Piece[][]>(read)).flatMap((run) => faultsOf(run, known));
}

type Part = { isEntry: boolean; text: string; controls: Set<number> };

function faultsOf(run: Piece[], known: string[]): string[] {
  const found: string[] = [];
  // A middle dot separates what is in one line.
  const lines: Part[][] = [[]];
  const all = run.map(({ text }) => text).join("");
  let [depth, part] = [0, undefined as Part | undefined];
  for (const { text, control, kind } of run) {
    for (const [token] of text.matchAll(/⟦|⟧|\u202e[^\u202c]*\u202c|[^⟦⟧\u202e]+/g)) {
      const isOwn = token.startsWith("\u202e");
      if (!/\p{L}|⟦|⟧/u.test(token)) {
        if (part && depth > 0) part.text += token;
        else if (token.includes("·")) lines.push([]);
        continue;
      }
      if (depth === 0 || !part) {
        part = { isEntry: token === "⟦", text: "", controls: new Set() };
        lines.at(-1)?.push(part);
      }
      part.controls.add(control);
      part.text += token;
      if (token === "⟦") depth++;
      else if (token === "⟧") depth--;
      else if (isOwn ? depth === 0 : !isValue(token, kind, known)) found.push(`not from the catalog: ${token.trim()}`);
    }
  }
  if (depth !== 0) found.push(`an entry in several lines: ${all}`);
  const isGlued = lines.some((parts) => parts.some((next, index) => !mayFollow(parts[index - 1], next)));
  return isGlued ? [...found, `glued: ${all}`] : found;
}

function isValue(text: string, kind: Piece["kind"], known: string[]): boolean {
  if (kind === "value") return true;
  const rest = known
    .reduce((left, name) => left.replaceAll(name, ""), text)
    .replace(values, "")
    .replace(fromIntl, "");
  return kind === "person" ? !entries.has(rest.trim().toLowerCase()) : !/\p{L}/u.test(rest);
}

/** Whole sentences can follow each other, and so can values; links and buttons stand alone. */
function mayFollow(before: Part | undefined, next: Part): boolean {
  if (!before) return true;
  const controlOf = ({ controls }: Part): number => (controls.size === 1 ? ([...controls][0] ?? -1) : -1);
  const areApart = controlOf(before) !== controlOf(next);
  const kinds = [before, next].map((part) => {
    if (areApart && controlOf(part) !== -1) return "control";
    if (!part.isEntry) return "value";
    return /[.?!][^\p{L}]*$/u.test(part.text) ? "sentence" : "fragment";
  });
  return !kinds.includes("fragment") && !(kinds.includes("sentence") && kinds.includes("value"));
}
