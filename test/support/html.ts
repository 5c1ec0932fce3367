import { plainText } from "./visitor.ts";

// What a person reads on a page, whatever its markup.

const inline = /<\/?(?:a|abbr|b|bdi|code|del|em|ins|small|span|strong|time)\b[^>]*>/g;
const unread = /<(\w+)\b[^>]*\saria-hidden="true"[^>]*>[\s\S]*?<\/\1>|<title>[\s\S]*?<\/title>/g;

/** The words of a piece of HTML, without what is hidden from screen readers. */
export function words(html: string): string {
  const text = html
    .replace(unread, " ")
    .replace(inline, "")
    .replace(/<[^>]+>/g, " ");
  return plainText(text).replace(/\s+/g, " ").trim();
}

const attribute = (tag: string, name: string): string =>
  plainText(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");

/** The elements with this name, each as its opening tag and its content. */
function elements(html: string, name: string): { tag: string; inner: string }[] {
  return [...html.matchAll(new RegExp(`(<${name}\\b[^>]*>)([\\s\\S]*?)</${name}>`, "g"))].map(
    ([, tag = "", inner = ""]) => ({ tag, inner }),
  );
}

/** The page's title as the browser's tab shows it. */
export const titleOf = (html: string): string => plainText(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "");

export const headings = (html: string, level: 1 | 2): string[] =>
  elements(html, `h${level}`).map(({ inner }) => words(inner));

/** Text only for screen readers. */
const aside = /<span class="visually-hidden">[\s\S]*?<\/span>/g;

/** Where the first link with these words leads; undefined if there is none. */
export const linkTo = (html: string, text: string): string | undefined => linksTo(html, text)[0];

export const linksTo = (html: string, text: string): string[] =>
  elements(html, "a")
    .filter(({ inner }) => words(inner.replace(aside, "")) === text)
    .map(({ tag }) => attribute(tag, "href"));

export const buttons = (html: string): string[] => elements(html, "button").map(({ inner }) => words(inner));

/** The form's labels, in order. */
export const labels = (html: string): string[] => elements(html, "label").map(({ inner }) => words(inner));

/** The address of the page's photo. */
export const imageOf = (html: string): string | undefined =>
  [...html.matchAll(/<img\b[^>]*>/g)].map(([tag]) => attribute(tag, "src")).find((src) => !src.endsWith("/small"));

/** The cells of the body of each table on the page. */
export const tables = (html: string): string[][][] =>
  elements(html, "tbody").map(({ inner }) =>
    elements(inner, "tr").map((row) =>
      [...row.inner.matchAll(/<(td|th)\b[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , cell = ""]) => words(cell)),
    ),
  );

/** What is under a second-level heading, up to the next one. */
export function section(html: string, heading: string): string {
  const [, ...parts] = html.split(/(?=<h2\b)/);
  return parts.find((part) => headings(part, 2)[0] === heading) ?? "";
}

/**
 * The messages of a refused form by field, each of which must also be next to its linked field; "form" for the whole
 * form.
 */
export function errorsOf(html: string): Record<string, string> {
  if (!titleOf(html).startsWith("Error: ")) throw new Error(`the title is "${titleOf(html)}"`);
  const [summary = ""] = /<ul>[\s\S]*?<\/ul>/.exec(section(html, "There is a problem")) ?? [];
  const rest = html.replace(summary, "");
  return Object.fromEntries(
    elements(summary, "li").map(({ inner }) => {
      const [link] = elements(inner, "a");
      const field = link ? attribute(link.tag, "href").slice(1) : "form";
      const isNextToField = rest.includes(`id="${field}"`) && words(rest).includes(words(inner));
      if (link && !isNextToField) throw new Error(`"${words(inner)}" is not next to a field #${field}`);
      return [field, words(inner)];
    }),
  );
}
