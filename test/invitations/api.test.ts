import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hashToken } from "../../src/platform/secrets.ts";
import { keyOf } from "../support/api-client.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;
let key: string;
let count = 0;

beforeAll(async () => {
  roster = await startRoster({ API_RATE_LIMIT: "10000" });
  key = await keyOf(roster, roster.people.ada);
});
afterAll(() => roster.close());

async function send(path: string, { body, name }: { body?: object; name?: string } = {}) {
  const answer = await fetch(`${roster.url}/api/v1${path}`, {
    method: body || name || path.includes("/invitation") ? "POST" : "GET",
    headers: {
      "X-API-Key": key,
      ...(body && { "Content-Type": "application/json" }),
      ...(name && { "Idempotency-Key": name }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}
const person = () => ({ firstName: "Ina", lastName: "Vited", email: `api${++count}@example.com`, role: "member" });

test("POST /users with invite creates an invited user, and without a mail server gives the link once", async () => {
  const body = { ...person(), invite: true };
  const made = await send("/users", { body, name: "person-1" });
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({ status: "active", invitedUntil: expect.any(String), invitationUrl: expect.any(String) }),
  ]);
  const { id, invitationUrl } = made.body;
  expect((await visit(roster).get(invitationUrl.slice(roster.url.length))).status).toBe(200);
  expect(await send("/users", { body, name: "person-1" })).toEqual(made);
  const [, token = ""] = /invitation\/(.*)$/.exec(invitationUrl) ?? [];
  const { response } = await roster.db("idempotency_keys").where({ name: "person-1" }).first();
  expect(response).not.toContain(token);
  const links = await roster.db("one_time_links").where({ user_id: id });
  expect(links.map(({ token_hash }) => token_hash)).toEqual([hashToken(token)]);
  expect((await send(`/users/${id}`)).body).not.toHaveProperty("invitationUrl");
  expect((await outbox(roster)).filter(({ to }) => to === body.email)).toEqual([]);

  const again = await send(`/users/${id}/invitation`);
  expect([again.status, again.body.invitationUrl === invitationUrl]).toEqual([200, false]);
  const listed = await send("/users?status=invited&role=member");
  expect(listed.body.data.map((user: { id: number }) => user.id)).toEqual([id]);
});

test("POST /users needs either a password or invite, and invites no Admin", async () => {
  const faults = async (body: object) => {
    const answer = await send("/users", { body });
    return [answer.status, ...(answer.body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer)];
  };
  expect(await faults(person())).toEqual([422, "#/password"]);
  expect(await faults({ ...person(), invite: false })).toEqual([422, "#/password"]);
  expect(await faults({ ...person(), invite: true, password: "violet-otter-tramway-49" })).toEqual([422, "#/password"]);
  expect(await faults({ ...person(), invite: true, askForNewPassword: true })).toEqual([422, "#/askForNewPassword"]);
  expect(await faults({ ...person(), invite: true, role: "admin" })).toEqual([403]);
  const ida = await addInvited(roster.deps, { email: "ida@example.com", role: "admin" });
  expect((await send(`/users/${ida.id}/invitation`)).status).toBe(403);
  expect((await send(`/users/${roster.people.mia.id}/invitation`)).status).toBe(422);
});
