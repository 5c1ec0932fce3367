import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { UserFilter } from "./list-order.ts";
import { searchWords } from "./search-text.ts";

// A search finds users whose text contains every word. An index gives candidates; the query checks each user.

/** The parameters of a prepared query, or the values themselves. */
type Params = Record<string, Knex.Value>;

/** Two searches with the same shape differ only in their values. */
export type SearchShape = { words: number; filters: ("role" | "status" | "invited" | "leaving")[] };
export type Search = { shape: SearchShape; values: Record<string, string | number> };

/** More terms are not needed: the check of the text rules out the rest. */
const maxTerms = 8;

/** How soon the last day of those is over whom the filter "Leaving soon" shows. Milliseconds. */
const leavingSoonMs = 30 * 24 * 60 * 60_000;

export function searchFor(db: Database, organizationId: OrganizationId, { search, role, status }: UserFilter): Search {
  const words = searchWords(search);
  const filters = {
    ...(role && { role }),
    ...(status && (status === "invited" || status === "leaving" ? { [status]: status } : { status })),
  };
  const values: Search["values"] = { organizationId, ...filters };
  for (const [at, word] of words.entries()) values[`word${at}`] = isPostgres(db) ? pattern(word) : word;
  const filter = Object.values(filters).join("");
  const terms = [...(filter ? [`Æ${filter}`] : []), ...termsOf(words)];
  if (!isPostgres(db)) values.match = matchExpression(organizationId, terms);
  if (status === "leaving") Object.assign(values, { now: timestamp(), soon: timestampIn(leavingSoonMs) });
  return { shape: { words: words.length, filters: Object.keys(filters) as SearchShape["filters"] }, values };
}

/** A `like` pattern for a word anywhere in a text. */
const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** The words' groups of three letters, and shorter words as they are. */
function termsOf(words: string[]): string[] {
  const terms = words.flatMap((word) => {
    const letters = [...word];
    return letters.length < 3 ? word : letters.slice(2).map((_, start) => letters.slice(start, start + 3).join(""));
  });
  return [...new Set(terms)].slice(0, maxTerms);
}

/** Every term starts with the organization. A term of one or two letters finds everything that starts with it. */
function matchExpression(organizationId: OrganizationId, terms: string[]): string {
  const organization = organizationId.toString(16).padStart(8, "0");
  const quoted = (term: string): string => `"${organization}${term.replaceAll('"', '""')}"`;
  return terms.map((term) => `${quoted(term)}${[...term].length < 3 ? " *" : ""}`).join(" AND ");
}

type Searching = { db: Database; $: Params; shape: SearchShape };

/** Keeps the organization's users whom the search finds. */
export function matching(query: Knex.QueryBuilder, { db, $, shape: { words, filters } }: Searching): void {
  query.where("users.organization_id", $.organizationId ?? 0);
  for (const name of filters)
    if (name === "invited") query.where("users.status", "active").whereNotNull("users.invited_until");
    else if (name === "leaving")
      query
        .where("users.status", "active")
        .where("users.deactivate_at", ">", $.now ?? "")
        .where("users.deactivate_at", "<=", $.soon ?? "");
    else query.where(`users.${name}`, $[name] ?? "");
  const has = isPostgres(db) ? "users.search_text like ?" : "instr(users.search_text, ?) > 0";
  for (let at = 0; at < words; at += 1) query.whereRaw(has, [$[`word${at}`] ?? ""]);
}

/** The IDs of all users who can match. */
export function selectCandidates({ db, $, shape }: Searching): Knex.QueryBuilder {
  if (isPostgres(db)) return db("users").select("id").modify(matching, { db, $, shape });
  // Few users have an end date.
  if (shape.filters.includes("leaving"))
    return db.from(db.raw("users indexed by users_end_date")).select("users.id").modify(matching, { db, $, shape });
  return db("users_search")
    .select({ id: "rowid" })
    .whereRaw("users_search match ?", [$.match ?? ""]);
}

/** The IDs of all users whom a search finds, as part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const { shape, values } = searchFor(db, organizationId, { search: text });
  return db("users")
    .select("users.id")
    .whereIn("users.id", selectCandidates({ db, $: values, shape }))
    .modify(matching, { db, $: values, shape });
}
