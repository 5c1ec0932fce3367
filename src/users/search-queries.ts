import type { Knex } from "knex";
import { type Database, isPostgres } from "../database/database.ts";
import { preparedFor } from "../database/prepared.ts";
import { timestamp, timestampIn } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { type Review, reviews, type UserFilter } from "./list-order.ts";
import { searchWords } from "./search-text.ts";

// A search finds users whose text contains every word. An index gives candidates; the query checks each user.

/** The parameters of a prepared query, or the values themselves. */
type Params = Record<string, Knex.Value>;

/** Two searches with the same shape differ only in their values. */
export type SearchShape = {
  words: number;
  areShort: boolean;
  filters: ("role" | "status" | "invited" | "leaving" | Review)[];
};
export type Search = { shape: SearchShape; values: Record<string, string | number> };

/** More terms are not needed: the check of the text rules out the rest. */
const maxTerms = 8;

/** How soon the last day of those is over whom the filter "Leaving soon" shows. Milliseconds. */
const leavingSoonMs = 30 * 24 * 60 * 60_000;

/** How long those have not logged in whom the filter "Not logged in for 90 days" shows. Milliseconds. */
const idleMs = 90 * 24 * 60 * 60_000;

const isReview = (status: UserFilter["status"]): status is Review => reviews.some((review) => review === status);

export function searchFor(db: Database, organizationId: OrganizationId, { search, role, status }: UserFilter): Search {
  const words = searchWords(search);
  const filters = {
    ...(role && { role }),
    ...(status === "invited" || status === "leaving"
      ? { [status]: status }
      : status && !isReview(status) && { status }),
    // The search index knows only that they are active.
    ...(isReview(status) && { status: "active", [status]: "" }),
  };
  const values: Search["values"] = { organizationId, ...filters };
  for (const [at, word] of words.entries()) values[`word${at}`] = isPostgres(db) ? pattern(word) : word;
  // One longer word leaves few enough candidates.
  const areShort = isPostgres(db) && words.length > 0 && words.every((word) => [...word].length < 3);
  if (areShort) for (const [at, word] of words.entries()) values[`short${at}`] = word;
  const filter = Object.values(filters).join("");
  const terms = [...(filter ? [`Æ${filter}`] : []), ...termsOf(words)];
  if (!isPostgres(db)) values.match = matchExpression(organizationId, terms);
  if (status === "leaving") Object.assign(values, { now: timestamp(), soon: timestampIn(leavingSoonMs) });
  if (status === "idle-90-days") values.idleSince = timestampIn(-idleMs);
  const shape = { words: words.length, areShort, filters: Object.keys(filters) as SearchShape["filters"] };
  return { shape, values };
}

/** A `like` pattern for a word anywhere in a text. */
const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;

/** Each character of the text and each pair, as in the index `users_search_short`. */
const shortParts = String.raw`(string_to_array(search_text, null) || string_to_array(
  regexp_replace(search_text, '(..)', '\1 ', 'g') || ' ' || regexp_replace(' ' || search_text, '(..)', '\1 ', 'g'), ' '))`;

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
    else if (name === "never-logged-in") query.where("users.last_login_at", "");
    else if (name === "idle-90-days")
      query.where("users.last_login_at", ">", "").where("users.last_login_at", "<", $.idleSince ?? "");
    else if (name === "no-second-factor")
      query.whereNotExists(
        db("second_factors").where("second_factors.user_id", db.ref("users.id")).select(db.raw("1")),
      );
    else query.where(`users.${name}`, $[name] ?? "");
  const has = isPostgres(db) ? "users.search_text like ?" : "instr(users.search_text, ?) > 0";
  for (let at = 0; at < words; at += 1) query.whereRaw(has, [$[`word${at}`] ?? ""]);
}

/** The IDs of all users who can match. */
export function selectCandidates({ db, $, shape }: Searching): Knex.QueryBuilder {
  if (isPostgres(db)) {
    const users = db("users").select("id").modify(matching, { db, $, shape });
    for (let at = 0; shape.areShort && at < shape.words; at += 1)
      users.whereRaw(`${shortParts} @> array[cast(? as text)]`, [$[`short${at}`] ?? ""]);
    return users;
  }
  // Few users have an end date.
  if (shape.filters.includes("leaving"))
    return db.from(db.raw("users indexed by users_end_date")).select("users.id").modify(matching, { db, $, shape });
  // By the time of the last log-in these lie together.
  if (shape.words === 0 && shape.filters.some((name) => name === "never-logged-in" || name === "idle-90-days"))
    return db
      .from(db.raw("users indexed by users_organization_id_last_login_at_id_index"))
      .select("users.id")
      .modify(matching, { db, $, shape });
  return db("users_search")
    .select({ id: "rowid" })
    .whereRaw("users_search match ?", [$.match ?? ""]);
}

/** With more candidates the search looks at the start of the list first. PostgreSQL is slower with IDs than SQLite. */
export const maxCandidates = (db: Database): number => (isPostgres(db) ? 2_000 : 12_000);

/** `ids` as JSON; all of them if there are few. */
export type Candidates = { count: number; ids: string };

/** @returns undefined without a search and filters */
export async function findCandidates(db: Database, { shape, values }: Search): Promise<Candidates | undefined> {
  if (shape.words === 0 && shape.filters.length === 0) return undefined;
  return candidatesOf(shape).first(db, values);
}

/** PostgreSQL plans each search separately: the best plan depends on the search text. */
const candidatesOf = preparedFor<SearchShape, Search["values"], Candidates>(
  (db, $, shape) =>
    db
      .from(
        selectCandidates({ db, $, shape })
          .limit(maxCandidates(db) + 1)
          .as("some"),
      )
      .select(
        db.raw("count(*) as count"),
        db.raw(`${isPostgres(db) ? "coalesce(json_agg(id)::text, '[]')" : "json_group_array(id)"} as ids`),
      ),
  { isPlannedByValues: true },
);

/** The IDs of all users whom a search finds, as part of another query. */
export function selectMatchingIds(db: Database, organizationId: OrganizationId, text: string): Knex.QueryBuilder {
  const { shape, values } = searchFor(db, organizationId, { search: text });
  return db("users")
    .select("users.id")
    .whereIn("users.id", selectCandidates({ db, $: values, shape }))
    .modify(matching, { db, $: values, shape });
}
