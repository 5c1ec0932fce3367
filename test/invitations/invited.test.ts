import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { resendInvitation, showInvitationLink } from "../../src/invitations/changes.ts";
import { ValidationError } from "../../src/roles/errors.ts";
import type { User } from "../../src/roles/people.ts";
import { changeUser } from "../../src/users/changes.ts";
import { countActiveAdmins, requireUser } from "../../src/users/queries.ts";
import { errorsOf } from "../support/html.ts";
import { outbox } from "../support/outbox.ts";
import { addInvited, type Person } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { visit } from "../support/visitor.ts";

let roster: Roster;
const actor = { kind: "system" } as const;

beforeAll(async () => {
  roster = await startRoster();
});
afterAll(() => roster.close());

async function read({ id }: Pick<Person, "id">): Promise<User> {
  const { organization_id } = await storedUser(roster, { id });
  return requireUser(roster.db, organization_id, id);
}
const linksOf = async ({ id }: Pick<Person, "id">): Promise<string[]> =>
  (await roster.db("one_time_links").where({ user_id: id }).orderBy("expires_at")).map(({ purpose }) => purpose);
const actionsOf = async (person: Pick<Person, "id">) => (await historyOf(roster, person)).map(({ action }) => action);

test("an invited user is active, has no password, and the log-in answers as for an unknown address", async () => {
  const ina = await addInvited(roster.deps, { email: "ina@example.com" });
  const { status, invitedUntil } = await read(ina);
  expect(status).toBe("active");
  expect(Date.parse(invitedUntil ?? "") - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  for (const password of ["", "violet-otter-tramway-49"]) {
    const answers = [];
    for (const email of [ina.email, "nobody@example.com"]) {
      const { status, text } = await visit(roster).submit("/login", { email, password });
      answers.push([status, errorsOf(text)]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(422);
  }
  expect((await storedUser(roster, ina)).password_hash).toBe("");
});

test("an invited Admin does not count as an active one", async () => {
  const ada = await read(roster.people.ada);
  const { organizationId } = ada;
  const before = await countActiveAdmins(roster.db, organizationId);
  const ida = await addInvited(roster.deps, { email: "ida@example.com", role: "admin" });
  expect(await countActiveAdmins(roster.db, organizationId)).toBe(before);
  const user = await read(ida);
  await changeUser(roster.deps, { actor, user, fields: { role: "member" } });
  await changeUser(roster.deps, { actor, user, fields: { role: "admin", status: "inactive" } });
  const lastOne = changeUser(roster.deps, { actor, user: ada, fields: { role: "member" } });
  await expect(lastOne).rejects.toThrow("This is the only active Admin of the organization.");
});

test("deactivating and a new email address end all links, which history says, and resending makes one", async () => {
  const ira = await addInvited(roster.deps, { email: "ira@example.com" });
  const by = { actor, user: await read(ira) };
  await showInvitationLink(roster.deps, by);
  await resendInvitation(roster.deps, by);
  expect(await linksOf(ira)).toEqual(["invitation", "invitation", "invitation"]);
  await changeUser(roster.deps, { ...by, fields: { status: "inactive" } });
  expect(await linksOf(ira)).toEqual([]);
  const { invitedUntil } = await read(ira);
  expect(invitedUntil && invitedUntil <= new Date().toISOString()).toBe(true);
  await expect(resendInvitation(roster.deps, by)).rejects.toThrow(ValidationError);

  await changeUser(roster.deps, { ...by, fields: { status: "active" } });
  await resendInvitation(roster.deps, by);
  expect(await linksOf(ira)).toEqual(["invitation"]);
  await changeUser(roster.deps, { ...by, fields: { email: "ira.new@example.com" } });
  expect(await linksOf(ira)).toEqual([]);
  expect(await actionsOf(ira)).toEqual([
    "user.created",
    "user.invited",
    "invitation.shown",
    "invitation.resent",
    "status.updated",
    "invitation.withdrawn",
    "status.updated",
    "invitation.resent",
    "personal-information.updated",
    "invitation.withdrawn",
  ]);
  // Nothing is said to the old or the new address about a log-in that nobody has yet.
  const mails = (await outbox(roster)).filter(({ to }) => to.startsWith("ira"));
  expect(mails.filter(({ subject }) => subject !== "You are invited to Acme")).toEqual([]);
});

test("someone who has a password gets no invitation", async () => {
  await expect(resendInvitation(roster.deps, { actor, user: await read(roster.people.mia) })).rejects.toThrow(
    "This user already has a password.",
  );
});

test("a batch that fails sends no invitation", async () => {
  const ivy = await addInvited(roster.deps, { email: "ivy@example.com" });
  const user = await read(ivy);
  const failed = roster.db.transaction(async (trx) => {
    await resendInvitation({ ...roster.deps, db: trx }, { actor, user });
    throw new Error("the batch failed");
  });
  await expect(failed).rejects.toThrow("the batch failed");
  expect(await linksOf(ivy)).toEqual(["invitation"]);
  expect((await outbox(roster)).filter(({ to }) => to === ivy.email)).toEqual([]);
  await roster.db.transaction((trx) => resendInvitation({ ...roster.deps, db: trx }, { actor, user }));
  expect((await outbox(roster)).filter(({ to }) => to === ivy.email)).toHaveLength(1);
});
