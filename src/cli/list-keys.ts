import { z } from "zod";
import { keysInBatches } from "../api-keys/export.ts";
import type { ListedKey } from "../api-keys/list-queries.ts";
import { keyFilters } from "../api-keys/rules.ts";
import { wordsIn } from "../words/words.ts";
import { dataCommand, requireOrganization } from "./installation.ts";
import { organizationOption } from "./options.ts";

const schema = z.object({
  organization: organizationOption,
  filter: z
    .enum(keyFilters, `Choose a filter: ${keyFilters.join(", ")}`)
    .optional()
    .meta({ form: keyFilters.join("|"), description: "only keys that still work and match it" }),
});

export const listKeys = dataCommand({
  summary: "lists the organization's API keys, newest first; the filters are those of the API keys page",
  schema,
  example: "--organization Acme --filter unused-90-days",
  run: async ({ db }, { organization: name, filter }, printList) => {
    const { id } = await requireOrganization(db, name);
    return printList(keysInBatches(db, id, filter), { line: describe, json: resource, none: "No API keys found." });
  },
});

function describe({ id, name, start, scope, owner, lastUsedAt, expiresAt, revokedAt }: ListedKey): string {
  const used = lastUsedAt ? `last used ${lastUsedAt}` : "never used";
  const end = expiresAt ? `expires ${expiresAt}` : "never expires";
  return `${id}  ${JSON.stringify(name)}  ${start}…  ${owner.email} (${owner.status})  ${wordsIn("en").scopes[scope]}; ${used}; ${
    revokedAt ? `revoked ${revokedAt}` : end
  }`;
}

function resource({ owner, ...key }: ListedKey) {
  const { id, email, status } = owner;
  return { ...key, owner: { id, email, status } };
}
