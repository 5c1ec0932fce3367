import type { Knex } from "knex";

/**
 * Folded texts are folded anew: a few dead letters (U+1C80 and its neighbours, long s) are now the same as the living one
 * that has their capital. A copy of what folds texts in this version, as migrations import nothing.
 */
export async function up(db: Knex): Promise<void> {
  await refoldUsers(db);
  for (const { id, name, name_key } of await db("organizations").select("id", "name", "name_key").orderBy("id")) {
    const key = fold(name);
    // Where another organization has this name by now, both keep what they have.
    if (key !== name_key && !(await db("organizations").where({ name_key: key }).first("id")))
      await db("organizations").where({ id }).update({ name_key: key });
  }
}

async function refoldUsers(db: Knex): Promise<void> {
  for (let last = 0; ; ) {
    const users = await db("users")
      .select("id", "email", "first_name", "last_name", "search_text", "name_key")
      .where("id", ">", last)
      .orderBy("id")
      .limit(1_000);
    for (const { id, email, first_name, last_name, ...stored } of users) {
      const [first, last] = [fold(first_name), fold(last_name)];
      const search_text = [`${first} ${last}`, `${last} ${first}`, fold(email)].join("\n");
      const name_key = fold(`${first_name} ${last_name}`);
      if (search_text !== stored.search_text || name_key !== stored.name_key)
        await db("users").where({ id }).update({ search_text, name_key });
    }
    if (users.length < 1_000) return;
    last = users.at(-1).id;
  }
}

const plain: Record<string, string> = {
  ß: "ss",
  ł: "l",
  ø: "o",
  đ: "d",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ı: "i",
  ς: "σ",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "`": "'",
  "´": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
};
const special = new RegExp(`[${Object.keys(plain).join("")}]`, "gu");
const unseen = /[\p{M}\p{Cf}\0]/gu;

const fold = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[´`]/gu, "'")
    .normalize("NFKD")
    .replace(unseen, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKD")
    .replace(unseen, "")
    .replace(special, (letter) => plain[letter] ?? letter)
    .replace(/\s+/gu, " ")
    .trim();
