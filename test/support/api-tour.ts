import sharp from "sharp";
import { checkedFetch } from "./api-client.ts";
import { addInvited } from "./people.ts";
import type { Roster } from "./roster.ts";

/** One request of an operation that succeeds with an Admin's key with write access. */
type Step = { query?: string; body?: object; file?: Uint8Array<ArrayBuffer>; headers?: Record<string, string> };

const photo = new Uint8Array(
  await sharp({ create: { width: 8, height: 8, channels: 3, background: "#07c" } })
    .png()
    .toBuffer(),
);
let turn = 0;

/** Every operation by its name in the API description. A new operation needs an entry here. */
const steps: Record<string, () => Step> = {
  "get /me": () => ({}),
  "get /permissions/check": () => ({ query: "?feature=apps&action=view" }),
  "get /roles": () => ({}),
  "get /users": () => ({}),
  "post /users": () => ({
    body: {
      firstName: "Kim",
      lastName: "Lee",
      email: `kim.${++turn}@tour.example`,
      role: "member",
      password: "gravel-onion-lantern-77",
    },
  }),
  "get /users/{id}": () => ({}),
  "patch /users/{id}": () => ({ headers: { "If-Match": "*" }, body: { lastName: `Lee ${++turn}` } }),
  "put /users/{id}/photo": () => ({ headers: { "Content-Type": "image/png" }, file: photo }),
  "delete /users/{id}/photo": () => ({}),
  "post /users/{id}/deactivate": () => ({}),
  "post /users/{id}/activate": () => ({}),
  "post /users/{id}/invitation": () => ({}),
  "get /users/{id}/api-keys": () => ({}),
  "delete /users/{id}/api-keys/{keyId}": () => ({}),
  "get /activity": () => ({}),
};

export const operations: string[] = Object.keys(steps);

type Subject = { id: number; keyId: number; isReady?: boolean };

/** Whom the operation can be about: an invitation needs someone who is invited. */
export async function readySubject(roster: Roster, operation: string, subject: Subject): Promise<Subject> {
  if (subject.isReady || !operation.endsWith("/invitation")) return subject;
  const { id } = await addInvited(roster.deps, { email: `invited.${++turn}@tour.example` });
  return { ...subject, id, isReady: true };
}

/** Sends the operation's request about a user and a key, and checks the response against the API description. */
export async function send(roster: Roster, operation: string, subject: Subject, key?: string): Promise<Response> {
  const { id, keyId } = await readySubject(roster, operation, subject);
  const [method = "", path = ""] = operation.split(" ");
  const step = steps[operation];
  if (!step) throw new Error(`api-tour.ts has no ${operation}`);
  const { query = "", body, file, headers = {} } = step();
  const address = path.replace("{id}", String(id)).replace("{keyId}", String(keyId)) + query;
  const sent = file ?? (body && JSON.stringify(body));
  return checkedFetch(roster).fetch(
    new Request(`${roster.url}/api/v1${address}`, {
      method: method.toUpperCase(),
      headers: {
        ...(key !== undefined && { "X-API-Key": key }),
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    }),
  );
}
