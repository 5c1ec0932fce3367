import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { OrganizationId } from "../roles/people.ts";
import type { UserFilter, Values } from "./piece-queries.ts";
import { somewhere } from "./search-queries.ts";
import { searchWords } from "./search-text.ts";

// What the indexes of PostgreSQL have of each user, by number: the letters of the words, alone and by twos and threes, the
// role and the status. Computed there by the function user_grams (migration 0019), of which this is the other half.

const prime = 2_147_483_647n;

/** Of one to three letters. Different ones hardly ever have the same number, and matches are confirmed on the text. */
const gram = (letters: string[]): number => {
  const [one = 0, two = 0, three = 0] = letters.map((letter) => letter.codePointAt(0));
  return Number(((BigInt(one) << 42n) + (BigInt(two) << 21n) + BigInt(three)) % prime);
};

const filters = ["admin", "manager", "member", "active", "inactive"];

/** Of a role or a status: beyond all that letters can have. */
export const filterGram = (word: string): number => Number(prime) + 2 + filters.indexOf(word);

/** So many of a search are judged at most, evenly spread over each word. */
const judged = 32;

/** The letter groups of the words, each with the number of its word. */
function searchGrams(words: readonly string[]): { gram: number; word: number }[] {
  const most = Math.max(1, Math.floor(judged / words.length));
  const grams = new Map(words.flatMap((text, word) => evenly(gramsOf(text), most).map((gram) => [gram, word])));
  return [...grams].map(([gram, word]) => ({ gram, word }));
}

function gramsOf(word: string): number[] {
  const letters = [...word];
  if (letters.length <= 3) return [gram(letters)];
  return [...new Set(letters.slice(2).map((_, at) => gram(letters.slice(at, at + 3))))];
}

function evenly<T>(items: T[], most: number): T[] {
  const share = (at: number): number => Math.floor((at * Math.min(most, items.length)) / items.length);
  return items.filter((_, at) => share(at) !== share(at - 1));
}

/** What the queries of a search have names for. */
export async function searchedValues(
  db: Database,
  organizationId: OrganizationId,
  { search, role, status }: UserFilter,
): Promise<Values> {
  const words = searchWords(search);
  const filters = [role, status].filter((it) => it !== undefined).map(filterGram);
  const grams = [...filters, ...(await tellingGrams(db, organizationId, words))];
  const patterns = words.map(somewhere);
  return {
    organizationId,
    grams: arrayOf(grams),
    pieces: arrayOf(grams.slice(0, 1)),
    words: arrayOf(patterns.map((pattern) => `"${pattern.replace(/[\\"]/g, "\\$&")}"`)),
  };
}

/** So few are asked for as they are. */
const few = 4;
/** What more of a chunk have tells too little for what reading it takes. */
const common = 400;

/** The rarest letter groups in some chunk, of each word first. What others would rule out is ruled out on the text itself. */
async function tellingGrams(db: Database, organizationId: OrganizationId, words: string[]): Promise<number[]> {
  const all = searchGrams(words);
  if (all.length <= few) return all.map(({ gram }) => gram);
  const [grams, ofWords] = [arrayOf(all.map(({ gram }) => gram)), arrayOf(all.map(({ word }) => word))];
  const found = await judgedGrams.all(db, { organizationId, grams, words: ofWords });
  return found.filter(({ users }, at) => at === 0 || users < common).map(({ gram }) => gram);
}

const grams = "user_grams(u.name_chunk, u.search_text, u.role, u.status)";

/** Said twice, since the planner expects every 200th user in it else, and would have so dear a plan compiled. */
const judgedGrams = prepared<Values, { gram: number; users: number }>((db, $) =>
  db
    .from(
      db.raw(
        `(select gram, users, row_number() over (partition by word order by users) > 1 as is_other
          from (select id from user_chunks where organization_id = :organizationId and sort = 'name'
              and first_key <= 'm' order by first_key desc, first_id desc limit 1) as chunk
            cross join unnest(cast(:grams as bigint[]), cast(:words as integer[])) as asked (gram, word)
            cross join lateral (select count(*) as users from searched_users as u
              where ${grams} @> array[(cast(chunk.id as bigint) << 32) + gram]
                and ${grams} @> array[(cast(chunk.id as bigint) << 32) + gram, (cast(chunk.id as bigint) << 32) + gram]) as having_it) as judged`,
        placesIn($),
      ),
    )
    .select("gram", "users")
    .orderByRaw("is_other, users")
    .limit(6),
);

export const arrayOf = (items: readonly (string | number)[]): string => `{${items.join()}}`;

const names = "organizationId roles statuses grams pieces words from0 from1 fromId edge edgeId".split(" ");
/** A place for each, under its name. */
export const placesIn = ($: Record<string, Knex.Value>) =>
  Object.fromEntries(names.map((name) => [name, $[name] ?? ""]));
