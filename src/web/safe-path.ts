/** A path of our own to go on to, or "/": never another site's address (CWE-601). */
export function safePath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > 2_000) return "/";
  const url = URL.parse(text, "http://roster.invalid");
  // "/.//evil.example" comes out as "//evil.example": asked again, that would be another site's.
  const isOwn = url?.host === "roster.invalid" && !url.username && !url.pathname.startsWith("//");
  return isOwn ? `${url.pathname}${url.search}` : "/";
}
