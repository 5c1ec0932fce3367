/** Long enough for the request of an application that someone logs in to. */
const maxLength = 4_000;

/** One of our own paths to continue to, or "/": never another site's address (CWE-601). */
export function safePath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > maxLength) return "/";
  const url = URL.parse(text, "http://roster.invalid");
  // "/.//evil.example" becomes "//evil.example", which would be another site in the next redirect.
  const isOwn = url?.host === "roster.invalid" && !url.username && !url.pathname.startsWith("//");
  return isOwn ? `${url.pathname}${url.search}` : "/";
}
