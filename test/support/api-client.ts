import createClient, { type Client } from "openapi-fetch";
import { generateKeyFor } from "../../src/api-keys/changes.ts";
import type { Scope } from "../../src/api-keys/rules.ts";
import { newToken } from "../../src/platform/secrets.ts";
import { selectUsers, toUser } from "../../src/users/queries.ts";
import type { components, paths } from "./api-schema.d.ts";
import { type CheckedFetch, fetchChecked } from "./fetch-checked.ts";
import type { Person } from "./people.ts";
import type { Roster } from "./roster.ts";

export type ApiClient = Client<paths>;
export type ApiProblem = components["schemas"]["Problem"];

const held = new WeakMap<Roster, CheckedFetch>();

/** A fetch that checks every response of this Roster against its API description. */
export function checkedFetch(roster: Roster): CheckedFetch {
  const known = held.get(roster) ?? fetchChecked(roster.url);
  held.set(roster, known);
  return known;
}

/** A client generated from the API description, which checks every response against it. */
export function apiClient(roster: Roster, key: string): ApiClient {
  return createClient<paths>({
    baseUrl: `${roster.url}/api/v1`,
    headers: { "X-API-Key": key },
    fetch: checkedFetch(roster).fetch,
  });
}

type Wishes = { name?: string; scope?: Scope; lifetimeDays?: number | null };

/** A key of the person, as the pages make it; on the free plan a key from when the organization was on Pro. */
export async function keyOf({ deps, db }: Pick<Roster, "deps" | "db">, person: Person, wishes: Wishes = {}) {
  const { name = `Key of ${newToken()}`, scope = "write", lifetimeDays = 90 } = wishes;
  const user = toUser(await selectUsers(db).where({ id: person.id }).first());
  const actor = { kind: "user", id: user.id } as const;
  const organization = () => db("organizations").where({ id: user.organizationId });
  const { plan } = await organization().first();
  await organization().update({ plan: "pro" });
  const key = await generateKeyFor(deps, { actor, user, name, scope, lifetimeDays, by: user.id });
  await organization().update({ plan });
  if (!key) throw new Error("no key was made");
  return key;
}

/** A client with a key of the person. */
export async function clientOf(roster: Roster, person: Person, wishes?: Wishes): Promise<ApiClient> {
  return apiClient(roster, await keyOf(roster, person, wishes));
}

/** The name of a problem, such as "not-found". @throws Error if the response is no problem */
export function problemName(answer: { error?: ApiProblem | undefined }): string {
  const [, name] = /^\/api\/docs#([a-z-]+)$/.exec(answer.error?.type ?? "") ?? [];
  if (!name) throw new Error(`not a problem: ${JSON.stringify(answer)}`);
  return name;
}

/** The faults in a 422 response, by pointer. */
export function faultsOf(answer: { error?: ApiProblem | undefined }): Record<string, string> {
  if (problemName(answer) !== "invalid") throw new Error(`the problem is ${problemName(answer)}`);
  return Object.fromEntries((answer.error?.errors ?? []).map(({ pointer, detail }) => [pointer, detail]));
}
