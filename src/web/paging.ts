/** The address of the same page with some of its query changed; empty values are left out. */
export function addressWith(path: string, query: Record<string, string | undefined>): string {
  const kept = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const search = new URLSearchParams(kept).toString();
  return search ? `${path}?${search}` : path;
}

/**
 * The first value of a query parameter as text, at most `most` characters and without NUL, which PostgreSQL takes in no
 * text; a repeated or nested one counts as empty.
 */
export function queryText(query: Record<string, unknown>, name: string, most = 200): string {
  const value = query[name];
  return typeof value === "string" ? value.slice(0, most).replaceAll("\0", "") : "";
}

/** An opaque place in a list, for an address. */
export function encodePosition(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** What an address says, or undefined where nobody could have got it from us. */
export function decodePosition(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
