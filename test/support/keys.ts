import type { Person } from "./people.ts";
import type { Roster } from "./roster.ts";
import { type Visitor, visit } from "./visitor.ts";

/** The key that a response shows; undefined if it shows none. */
export const keyIn = (html: string): string | undefined => /roster_[0-9A-Za-z]{36}/.exec(html)?.[0];

/** Presses "Generate new key" on the user's profile. */
export function pressGenerate(admin: Visitor, { id }: Pick<Person, "id">, fields: Record<string, string> = {}) {
  const profile = `/admin/managers/${id}`;
  return admin.submit(profile, fields, { action: `${profile}/api-keys` });
}

/** A new key of the user. @throws Error if none was made */
export async function generateKey(
  admin: Visitor,
  person: Pick<Person, "id">,
  wished: string | Record<string, string> = {},
): Promise<string> {
  const { status, text } = await pressGenerate(admin, person, typeof wished === "string" ? { name: wished } : wished);
  const key = keyIn(text);
  if (!key) throw new Error(`no key was generated: ${status}`);
  return key;
}

/** Presses "Rotate" on the page that confirms it. */
export function pressRotate(admin: Visitor, { id }: Pick<Person, "id">, keyId: number) {
  return admin.submit(`/admin/managers/${id}/api-keys/${keyId}/rotate`, {});
}

/** Asks the API whose key this is. */
export const askMe = (roster: Pick<Roster, "url">, headers: Record<string, string>, path = "/api/v1/me") =>
  visit(roster).get(path).set(headers);

export const withKey = (key: string): Record<string, string> => ({ "X-API-Key": key });
