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
