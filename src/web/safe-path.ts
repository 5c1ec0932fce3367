import type { Request } from "express";
import { queryText } from "./paging.ts";

/** In characters: long enough for the request of an application that someone logs in to. */
export const maxPathLength = 8_000;

/** One of our own paths to continue to, or "/": never another site's address (CWE-601). */
export function safePath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > maxPathLength) return "/";
  const url = URL.parse(text, "http://roster.invalid");
  // "/.//evil.example" becomes "//evil.example", which would be another site in the next redirect.
  const isOwn = url?.host === "roster.invalid" && !url.username && !url.pathname.startsWith("//");
  return isOwn ? `${url.pathname}${url.search}` : "/";
}

/** What the request of an application says, on the page itself or on a log-in that leads to it through `next`. */
export function applicationParameter({ query }: Request, name: "login_hint" | "ui_locales"): string {
  return queryText(query, name) || (new URLSearchParams(safePath(query.next).split("?")[1]).get(name) ?? "");
}
