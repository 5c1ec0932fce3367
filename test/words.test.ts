import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";

// One voice: words and spellings that Roster does not use, in anything that people read.

const root = join(import.meta.dirname, "..");

/** Folders and files that still have such words. Remove each one here once it has none. */
const unfinished = ["src/auth", "test/access.test.ts", "test/browser"];

/**
 * What not to write, as a regular expression without regard to case, and what to write instead. A space matches any white
 * space, so that a phrase can continue on the next line of a comment.
 */
const unused: [pattern: string, instead: string][] = [
  // Spelling.
  ["e-mail", "email"],
  ["log(?:s|ged|ging)?[ -]on(?! to)|sign(?:s|ed|ing)?[ -]in(?! to the team)", "log in (verb), log-in (noun)"],
  ["login (?:page|form|try|attempt)s?", "log-in page, log-in form …"],
  ["2fa|mfa|two-factor|multi-factor", "second factor"],
  ["set-up|look-ups?|for ever|per cent", "setup, lookup, forever, %"],
  [
    "(?:behavi|col|fav|hon|neighb)our\\w*|centre[sd]?|grey|licence|(?:organ|recogn)is(?:e|ing)\\w*",
    "American spelling",
  ],
  ["whilst|amongst|upon|shall|thus|hence|lest|thereby|therein|thereof|whereby", "an everyday word"],

  // People.
  ["somebody|everybody", "someone, everyone"],
  ['(?<!")anybody(?!")', "anyone"],
  ["who(?:so|m)?ever", "anyone who, the person who"],
  ["oneself|(?<!first |new |no )one's", "your, their, yourself"],
  ["nobody but|none but|nothing but|but for", "only, except"],
  ["told", "says, shows, warns (and who does it)"],

  // Time.
  ["at once", "immediately, at the same time, in parallel"],
  ["in advance", "by default"],
  ["anew", "again"],
  ["(?:be|exists?|good|is|there|works?) no more", "no longer"],
  ["(?:go|goes|going|went) on(?! (?:the|a|top))", "continue"],
  ["as (?:long|many|much|often) as it takes", "until …, all …"],
  ["requests a (?:minute|second)|log-ins a second", "per minute, per second"],

  // Manner and place.
  ["by (?:itself|themselves)", "automatically, on its own"],
  [
    "of (?:its|one's|their|your|our|her|his) own(?=[.,:;)]| (?:and|at|by|for|from|if|in|on|so|that|to|with))",
    "its own …",
  ],
  ["beside", "next to, in addition to"],
  ["stands? (?:above|before|behind|below|between|in|on|there)", "is, comes"],
  ["(?:leads?|leading|led) on", "redirects"],
  ["(?:answered|handled|treated) alike|alike for", "the same"],
  ["some \\d[\\d,.]*", "about 150 MB"],
  ["hardly", "rarely, almost no"],
  ["on record", "in the history"],
  ["present (?:address|one|password|role|session|value)", "current"],

  // What Roster does.
  ["(?:is|are|was|were|be) answered", "Roster answers, returns, responds"],
  ["looked after", "managed"],
  ["keys? (?:rests?|sleeps?)", "keys are paused"],
  ["judg(?:e|es|ed|ing)", "check"],
  ["good for \\d+", "works for, expires after"],
  ["br(?:ing|ings|ought) about", "do, cause"],
  ["fit for", "suitable for"],
  ["copy is sound", "copy was verified"],
];

/** In documents only: pages and emails may say "can't". */
const unusedInDocuments: [pattern: string, instead: string][] = [
  ["\\w+n't|(?<!confirm )it's|you're|you'll|we'll|they're|there's|that's", "the full words"],
  ["(?-i:ids?)", "ID, IDs"],
  ["mails|mailed", "emails, emailed"],
];

const files = globSync(
  ["*.md", ".env.example", "docs/**/*.{md,conf,service,yaml}", "docs/**/{Caddyfile,Dockerfile}"].concat(
    ["migrations", "packaging", "public", "seeds", "src", "test", "views"].map((f) => `${f}/**/*.{cjs,css,ejs,ts}`),
  ),
  { cwd: root },
).filter((file) => !["src/words/de.ts", "test/words.test.ts"].includes(file));

/** Documents without their code, which keeps its own spelling. */
const withoutCode = (text: string): string =>
  text.replaceAll(/^( *)```[\s\S]*?^\1```|`[^`\n]+`/gm, (code) => code.replaceAll(/\S/g, "·"));

/** Every use as `file:line: word (write: …)`. */
function findings(file: string, text: string): string[] {
  const isDocument = file.endsWith(".md");
  const searched = isDocument ? withoutCode(text) : text;
  return (isDocument ? [...unused, ...unusedInDocuments] : unused).flatMap(([pattern, instead]) => {
    const words = new RegExp(`(?<![\\w/-])(?:${pattern.replaceAll(" ", "[\\s/*#]+")})(?![\\w-])`, "gi");
    return [...searched.matchAll(words)].map(({ 0: word, index }) => {
      const line = searched.slice(0, index).split("\n").length;
      return `${file}:${line}: ${word.replaceAll(/[\s/*#]+/g, " ")} (write: ${instead})`;
    });
  });
}

const findingsOf = (file: string): string[] => findings(file, readFileSync(join(root, file), "utf8"));
const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

describe("words that are not used", () => {
  test("are in no document, comment, page or message", () => {
    expect(files.filter((file) => !unfinished.some((place) => isIn(file, place))).flatMap(findingsOf)).toEqual([]);
  });

  test("are still in every place that is listed as unfinished", () => {
    const named = files.filter((file) => findingsOf(file).length > 0);
    expect(unfinished.filter((place) => !named.some((file) => isIn(file, place)))).toEqual([]);
  });

  test("are found in any case and across lines, but not in names and code", () => {
    expect(findings("a.ts", "// Somebody waits At\n  // once.")).toEqual([
      "a.ts:1: Somebody (write: someone, everyone)",
      "a.ts:1: At once (write: immediately, at the same time, in parallel)",
    ]);
    expect(findings("a.ts", 'post("/second-factor/set-up", "anybody", untold)')).toEqual([]);
    expect(findings("a.md", "It can't find an id. `id` is.\n```\nids\n```")).toEqual([
      "a.md:1: can't (write: the full words)",
      "a.md:1: id (write: ID, IDs)",
    ]);
  });
});
