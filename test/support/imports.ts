import { words } from "./html.ts";
import type { Visitor } from "./visitor.ts";

/** The page that takes a file of users. */
export const importPage = "/admin/managers/import";
export const head = "email,first_name,last_name,role";

/** Sends the file as the page would. */
export async function check(visitor: Visitor, file: string | Buffer) {
  const _csrf = await visitor.token(importPage);
  return visitor.agent.post(importPage).field({ _csrf }).attach("file", Buffer.from(file), "users.csv");
}

/** Sends a file that is accepted. @returns the address that it leads to, and the page there */
export async function checked(visitor: Visitor, file: string | Buffer): Promise<{ address: string; html: string }> {
  const { status, headers, text } = await check(visitor, file);
  if (status !== 303) throw new Error(`${status} ${words(text)}`);
  const address = String(headers.location);
  return { address, html: (await visitor.get(address)).text };
}

/** What is counted on the page, without what there is none of. */
export function counts(html: string): Record<string, number> {
  const terms = [...html.matchAll(/<dt>([^<]*)<\/dt><dd>([\d,]+)<\/dd>/g)];
  return Object.fromEntries(
    terms.filter(([, , count]) => count !== "0").map(([, name, count]) => [name, Number(count?.replace(",", ""))]),
  );
}

/** The lines that the page shows, as they are read. */
export const lines = (html: string): string[] =>
  [...html.matchAll(/<li>\s*<p class="history-what">[\s\S]*?<p class="history-who">[\s\S]*?<\/li>/g)].map(([line]) =>
    words(line),
  );
