import { z } from "zod";
import { revokeKeyOf } from "../api-keys/changes.ts";
import { isWellFormedKey, keyStart, looksLikeKey } from "../api-keys/key.ts";
import type { Database } from "../database/database.ts";
import { idPattern, parseId } from "../platform/ids.ts";
import { hashToken } from "../platform/secrets.ts";
import { ValidationError } from "../roles/errors.ts";
import { operator } from "./command.ts";
import { dataCommand } from "./installation.ts";
import { readSecret } from "./password-input.ts";
import { type FoundKey, findKeys } from "./queries.ts";

const which = "Enter the key's ID, or its first characters as the pages show them";
const schema = z.object({
  key: z
    .string()
    // The shell remembers what is typed as a command; a valid key must not stay there.
    .refine((text) => !looksLikeKey(text), "Enter a whole key on standard input, not on the command line")
    .refine((text) => idPattern.test(text) || /^roster_\w{4}$/.test(text.replace(/…$/, "")), which)
    .transform((text) => text.replace(/…$/, ""))
    .optional()
    .meta({ form: "ID|BEGINNING", description: "the key's ID, or its first characters as the pages show them" }),
});

export const revokeAnyKey = dataCommand({
  summary: "revokes an API key, by its ID or first characters; without them, reads the whole key from standard input",
  schema,
  positional: "key",
  example: "roster_4fQz",
  run: async ({ db }, { key: typed }) => {
    const secret = typed ?? (await readSecret("key"));
    if (!secret) throw new ValidationError(`${which}; or enter the whole key on standard input`);
    const key = await requireKey(db, secret);
    const user = { id: key.userId, organizationId: key.organizationId };
    const changed = await revokeKeyOf({ db }, { actor: operator, user, key });
    const name = `the key ${JSON.stringify(key.name)} (${key.id}, ${key.start}…) of ${key.email}`;
    const lines = [changed ? `Revoked ${name}.` : `Already revoked: ${name}.`];
    return { lines, json: { changed, key: { id: key.id, name: key.name, start: key.start }, email: key.email } };
  },
});

/** @throws ValidationError if there is none, or if several start with it, which it lists */
async function requireKey(db: Database, typed: string): Promise<FoundKey> {
  const found = await findKeys(db, keyFilter(typed));
  const open = found.filter(({ revokedAt }) => revokedAt === null);
  const [key = found[0], another] = open;
  if (!key) throw new ValidationError("No such key");
  if (another) {
    const choice = open.map(({ id, name, email }) => `${id} (${JSON.stringify(name)} of ${email})`).join(", ");
    throw new ValidationError(`Several keys start with these characters. Enter the ID of one: ${choice}`);
  }
  return key;
}

function keyFilter(typed: string): Parameters<typeof findKeys>[1] {
  if (isWellFormedKey(typed)) return { hash: hashToken(typed) };
  const id = parseId(typed);
  return id === undefined ? { start: keyStart(typed) === typed ? typed : "" } : { id };
}
