/** The address of the same page with parts of its query changed; drops empty values. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const kept = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(kept).toString();
  return search ? `${path}?${search}` : path;
}

/**
 * The first value of a query parameter as text, at most `maxLength` characters, without NUL, which PostgreSQL cannot
 * store; a repeated or nested one counts as empty.
 */
export function queryText(query: Record<string, unknown>, name: string, maxLength = 200): string {
  const value = query[name];
  return typeof value === "string" ? value.slice(0, maxLength).replaceAll("\0", "") : "";
}

const perPage = 100;

/** Which rows a numbered page has, and its neighbors. @param at the address of a page; the first one has no number */
export function numberedPage({ total, typed }: { total: number; typed: string }, at: (page?: string) => string) {
  const pages = Math.max(1, Math.ceil(total / perPage));
  const number = Math.min(pages, Math.max(1, Number(/^\d{1,3}$/.exec(typed)?.[0] ?? 1)));
  const previous = number > 1 ? at(number > 2 ? String(number - 1) : undefined) : undefined;
  const next = number < pages ? at(String(number + 1)) : undefined;
  return { offset: (number - 1) * perPage, limit: perPage, links: { previous, next } };
}

/** An opaque place in a list, for an address. */
export function encodeCursor(cursor: unknown): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** The place in an address, or undefined if it cannot come from us. */
export function decodeCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
