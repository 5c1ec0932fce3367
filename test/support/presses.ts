import { insertKey } from "../../src/api-keys/queries.ts";
import { makeSetupLink } from "../../src/auth/setup.ts";
import { hashToken, newToken } from "../../src/platform/secrets.ts";
import { dayIn } from "../../src/platform/time.ts";
import { addApplication, applicationKey, useApplication } from "./applications.ts";
import { triesFor } from "./guessing.ts";
import { checked, head, importPage } from "./imports.ts";
import { addInvited, addUser, giveResetLink, type Person, password } from "./people.ts";
import type { Roster } from "./roster.ts";
import { codeFor, giveSecondFactor, shownSecret } from "./second-factor.ts";
import { sessionIdOf } from "./sessions.ts";
import { logIn, type Visitor, visit } from "./visitor.ts";

// Every button by the route that its form is sent to, each ready to be pressed.

export type Press = {
  visitor: Visitor;
  /** The page with the form, and where the form is sent if that is another address. */
  page: string;
  action?: string;
  button: string;
  /** What is typed, by the name of the field. */
  fields?: Record<string, string>;
  file?: UploadedFile;
  /** What the page that it leads to says. */
  says: RegExp;
};

const chosen = "copper lantern drizzle";
const passwords = { password: chosen, confirmPassword: chosen };

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** What is chosen in the form's file field, by its name. */
type UploadedFile = { field: string; name: string; mimeType: string; buffer: Buffer };
const photo: UploadedFile = { field: "photo", name: "photo.png", mimeType: "image/png", buffer: pixel };
const csv = (content: string | Buffer): UploadedFile => ({
  ...{ field: "file", name: "users.csv", mimeType: "text/csv", buffer: Buffer.from(content) },
});

let count = 0;

/** @param empty a Roster without users, for its setup */
export function presses(roster: Roster, empty: Roster): Record<string, () => Promise<Press>> {
  const { db, deps } = roster;
  const newUser = (
    role: "admin" | "manager" | "member",
    more: { mustChangePassword?: boolean } = {},
  ): Promise<Person> => addUser(deps, { email: `press${++count}@example.com`, firstName: "Pat", role, ...more });

  /** An Admin and the user that the page is about. */
  async function about(page: (user: string) => string): Promise<{ visitor: Visitor; page: string; person: Person }> {
    const person = await newUser("member");
    const visitor = await logIn(roster, await newUser("admin"));
    return { visitor, person, page: page(`/admin/managers/${person.id}`) };
  }
  async function aboutInvited(): Promise<{ visitor: Visitor; page: string }> {
    const { id } = await addInvited(deps, { email: `press${++count}@example.com` });
    return { visitor: await logIn(roster, await newUser("admin")), page: `/admin/managers/${id}` };
  }
  async function keyOf({ id }: Person): Promise<string> {
    const name = `Key ${newToken()}`;
    const key = { userId: id, name, key: `roster_${newToken()}`, createdBy: id };
    await db.transaction((trx) => insertKey(trx, { ...key, scope: "read", lifetimeDays: null }));
    return String((await db("api_keys").where({ name }).first("id")).id);
  }
  const applicationOf = async (): Promise<number> => (await addApplication(roster)).id;
  /** As if an API key had set the email. */
  const unconfirm = ({ id, email }: Person) =>
    db("users")
      .where({ id })
      .update({ confirmed_email: `before.${email}` });
  const nameOf = (visitor: Visitor): string => hashToken(sessionIdOf(visitor)).slice(0, 16);
  async function newSelf(role: "manager" | "member" = "manager"): Promise<{ visitor: Visitor; person: Person }> {
    const person = await newUser(role);
    return { person, visitor: await logIn(roster, person) };
  }

  return {
    "/login": async () => {
      const { email } = await newUser("member");
      const button = "Log in";
      return {
        visitor: visit(roster),
        page: "/login?next=/profile",
        button,
        fields: { email, password },
        says: /API keys/,
      };
    },
    "/logout": async () => ({
      ...(await newSelf()),
      ...{ page: "/profile", action: "/logout", button: "Log out", says: /Forgot password\?/ },
    }),
    "/second-factor": async () => {
      const person = await newUser("member");
      const { code } = await giveSecondFactor(roster, person);
      const visitor = await logIn(roster, person);
      const fields = { code: await code() };
      return { visitor, page: "/second-factor?next=/profile", button: "Log in", fields, says: /API keys/ };
    },
    "/forgot-password": async () => {
      const { email } = await newUser("member");
      const button = "Send reset link";
      return { visitor: visit(roster), page: "/forgot-password", button, fields: { email }, says: /Check your email/ };
    },
    "/reset-password/:token": async () => {
      const page = await giveResetLink(roster, await newUser("member"));
      const says = /new password is saved. Log in with it/;
      return { visitor: visit(roster), page, button: "Save password", fields: passwords, says };
    },
    "/invitation/:token": async () => {
      const { page } = await addInvited(deps, { email: `press${++count}@example.com` });
      const says = /Your password is saved. Log in with it/;
      return { visitor: visit(roster), page, button: "Save password", fields: passwords, says };
    },
    "/new-password": async () => {
      const visitor = await logIn(roster, await newUser("manager", { mustChangePassword: true }));
      const page = "/new-password?next=/profile";
      return {
        visitor,
        page,
        button: "Save password",
        fields: passwords,
        says: /new password is saved[\s\S]*API keys/,
      };
    },
    "/setup": async () => {
      const page = (await makeSetupLink(empty.db, empty.url))?.slice(empty.url.length) ?? "";
      const person = { organization: "Acme", firstName: "Ada", lastName: "First", email: "first@example.com" };
      const says = /Roster is set up, and you are logged in/;
      return { visitor: visit(empty), page, button: "Set up", fields: { ...person, ...passwords }, says };
    },
    "/admin/managers/actions": async () => {
      const { visitor, person } = await about(String);
      const { headers } = await visitor.get(`/admin/managers?continue=first&act=deactivate&selected=${person.id}`);
      return { visitor, page: String(headers.location), button: "Deactivate", says: /1 person deactivated/ };
    },
    "/admin/managers/import": async () => {
      const { visitor } = await about(String);
      const file = csv(`${head}\npress${++count}@example.com,New,Comer,`);
      return { visitor, page: importPage, button: "Check file", file, says: /Create\s+1/ };
    },
    "/admin/managers/import/:importId": async () => {
      const { visitor } = await about(String);
      const { address } = await checked(visitor, `${head}\npress${++count}@example.com,New,Comer,`);
      return { visitor, page: address, button: "Import", says: /Created\s+1/ };
    },
    "/admin/managers/import/:importId/encoding": async () => {
      const { visitor } = await about(String);
      const { address } = await checked(
        visitor,
        Buffer.from(`${head}\npress${++count}@example.com,Zo\xeb,B,`, "latin1"),
      );
      return { visitor, page: address, action: `${address}/encoding`, button: "Use windows-1252", says: /Create\s+1/ };
    },
    "/admin/managers/import/:importId/links": async () => {
      const { visitor } = await about(String);
      const { address } = await checked(visitor, `${head}\npress${++count}@example.com,New,Comer,`);
      await visitor.submit(address, {});
      const button = "Download the invitation links";
      return { visitor, page: address, action: `${address}/links`, button, says: /./ };
    },
    "/admin/managers/new": async () => {
      const fields = { firstName: "New", lastName: "Comer", email: `press${++count}@example.com`, ...passwords };
      const { visitor } = await about(String);
      return { visitor, page: "/admin/managers/new", button: "Create user", fields, says: /User created/ };
    },
    "/admin/managers/:id/photo": async () => {
      const { visitor, page } = await about(String);
      return { visitor, page, action: `${page}/photo`, button: "Save photo", file: photo, says: /Photo saved/ };
    },
    "/admin/managers/:id/personal-information": async () => ({
      ...(await about((user) => `${user}/personal-information`)),
      ...{ button: "Save changes", fields: { lastName: "Other" }, says: /Personal information saved/ },
    }),
    "/admin/managers/:id/confirm-email": async () => {
      const { visitor, page, person } = await about((user) => `${user}/confirm-email`);
      await unconfirm(person);
      return { visitor, page, button: "Confirm email", says: /Email confirmed/ };
    },
    "/admin/managers/:id/role": async () => ({
      ...(await about((user) => `${user}/role`)),
      ...{ button: "Save changes", fields: { role: "manager" }, says: /Role saved: Manager/ },
    }),
    "/admin/managers/:id/password": async () => ({
      ...(await about((user) => `${user}/password`)),
      ...{ button: "Save changes", fields: passwords, says: /Password saved/ },
    }),
    "/admin/managers/:id/invitation": async () => {
      const { visitor, page } = await aboutInvited();
      return { visitor, page, action: `${page}/invitation`, button: "Resend invitation", says: /is on its way to/ };
    },
    "/admin/managers/:id/invitation-link": async () => {
      const { visitor, page } = await aboutInvited();
      const says = /\/invitation\/[\w-]{43}/;
      return { visitor, page, action: `${page}/invitation-link`, button: "Copy invitation link", says };
    },
    "/admin/managers/:id/status": async () => ({
      ...(await about((user) => `${user}/status`)),
      ...{ button: "Deactivate", says: /This user is inactive/ },
    }),
    "/admin/managers/:id/erase": async () => {
      const { visitor, page, person } = await about((user) => `${user}/erase`);
      await db("users").where({ id: person.id }).update({ status: "inactive" });
      const fields = { email: person.email, ownPassword: password };
      return { visitor, page, button: "Erase personal data", fields, says: /Personal data erased/ };
    },
    "/admin/activity/:activityId/undo": async () => {
      const { visitor, page, person } = await about((user) => `${user}/personal-information`);
      await visitor.submit(page, { lastName: "Undone" });
      const row = await db("activity").where({ subject_id: person.id }).orderBy("id", "desc").first("id");
      return { visitor, page: `/admin/activity/${row.id}/undo`, button: "Undo", says: /The change was undone/ };
    },
    "/admin/managers/:id/end-date": async () => ({
      ...(await about((user) => `${user}/end-date`)),
      ...{
        button: "Save changes",
        fields: { deactivateOn: dayIn("UTC", { days: 3 }) },
        says: /is deactivated at the end/,
      },
    }),
    "/admin/managers/:id/unlock": async () => {
      const { visitor, page, person } = await about((user) => `${user}/unlock`);
      await triesFor(roster, person.email, 5);
      return { visitor, page, button: "Unlock", says: /Unlocked/ };
    },
    "/admin/managers/:id/second-factor": async () => {
      const { visitor, page, person } = await about((user) => `${user}/second-factor`);
      await giveSecondFactor(roster, person);
      return { visitor, page, button: "Remove", says: /Second factor removed/ };
    },
    "/admin/managers/:id/api-keys": async () => {
      const { visitor, page } = await about(String);
      return { visitor, page, action: `${page}/api-keys`, button: "Generate new key", says: /roster_\w{36}/ };
    },
    "/admin/managers/:id/api-keys/:keyId/rotate": async () => {
      const { visitor, page, person } = await about((user) => `${user}/api-keys`);
      return { visitor, page: `${page}/${await keyOf(person)}/rotate`, button: "Rotate", says: /roster_\w{36}/ };
    },
    "/admin/managers/:id/api-keys/:keyId/revoke": async () => {
      const { visitor, page, person } = await about((user) => `${user}/api-keys`);
      return { visitor, page: `${page}/${await keyOf(person)}/revoke`, button: "Revoke", says: /Key revoked/ };
    },
    "/admin/managers/:id/sessions/end": async () => {
      const { visitor, page, person } = await about(String);
      await logIn(roster, person);
      return {
        visitor,
        page,
        action: `${page}/sessions/end`,
        button: "End all sessions",
        says: /All sessions of this/,
      };
    },
    "/admin/managers/:id/applications/:applicationId/end": async () => {
      const { visitor, page, person } = await about(String);
      const { id } = await useApplication(roster, await logIn(roster, person));
      return { visitor, page, action: `${page}/applications/${id}/end`, button: "End", says: /Logged out of Wiki/ };
    },
    "/admin/managers/:id/sessions/:sessionName/end": async () => {
      const { visitor, page, person } = await about(String);
      const name = nameOf(await logIn(roster, person));
      return { visitor, page, action: `${page}/sessions/${name}/end`, button: "End", says: /Session ended/ };
    },
    "/admin/api-keys/revoke-selected": async () => {
      const { visitor, person } = await about(String);
      const page = `/admin/api-keys/revoke-selected?key=${await keyOf(person)}`;
      return { visitor, page, button: "Revoke", says: /1 API key revoked/ };
    },
    "/admin/applications/new": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: "/admin/applications/new", button: "Add application", says: /Client secret of Wiki/ },
      fields: { name: "Wiki", redirectAddresses: "https://wiki.example/callback" },
    }),
    "/admin/applications/:applicationId/edit": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: `/admin/applications/${await applicationOf()}/edit`, button: "Save changes" },
      ...{ fields: { name: "Other" }, says: /Application saved/ },
    }),
    "/admin/applications/:applicationId/status": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: `/admin/applications/${await applicationOf()}/status`, button: "Deactivate" },
      says: /Application deactivated/,
    }),
    "/admin/applications/:applicationId/rotate-secret": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: `/admin/applications/${await applicationOf()}/rotate-secret`, button: "Rotate secret" },
      says: /Client secret of Wiki/,
    }),
    "/admin/applications/:applicationId/api-key": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: `/admin/applications/${await applicationOf()}/api-key`, button: "Generate API key" },
      says: /API key of Wiki/,
    }),
    "/admin/applications/:applicationId/api-key/revoke": async () => {
      const id = await applicationOf();
      await applicationKey(roster, { id });
      const visitor = await logIn(roster, await newUser("admin"));
      return { visitor, page: `/admin/applications/${id}/api-key/revoke`, button: "Revoke", says: /Key revoked/ };
    },
    "/oidc/log-out": async () => ({
      ...(await newSelf()),
      ...{ page: "/oidc/log-out", button: "Log out", says: /Forgot password\?|You are logged out/ },
    }),
    "/admin/organization": async () => ({
      visitor: await logIn(roster, await newUser("admin")),
      ...{ page: "/admin/organization", button: "Save changes", says: /Organization saved/ },
    }),
    "/admin/organization/first-steps": async () => {
      const visitor = await logIn(roster, await newUser("admin"));
      await db("organizations").update({ shows_first_steps: true });
      const action = "/admin/organization/first-steps";
      return { visitor, page: "/admin/managers", action, button: "Hide", says: /First steps are hidden/ };
    },
    "/profile/personal-information": async () => ({
      ...(await newSelf()),
      ...{ page: "/profile/personal-information", button: "Save changes", fields: { firstName: "Other" } },
      says: /Personal information saved/,
    }),
    "/profile/language": async () => ({
      ...(await newSelf("member")),
      ...{
        page: "/profile/language",
        button: "Save language",
        fields: { language: "de" },
        says: /Sprache gespeichert/,
      },
    }),
    "/profile/confirm-email": async () => {
      const { visitor, person } = await newSelf();
      await unconfirm(person);
      return { visitor, page: "/profile/confirm-email", button: "Confirm email", says: /Email confirmed/ };
    },
    "/profile/api-keys/:keyId/revoke": async () => {
      const { visitor, person } = await newSelf();
      const page = `/profile/api-keys/${await keyOf(person)}/revoke`;
      return { visitor, page, button: "Revoke", says: /Key revoked/ };
    },
    "/profile/sessions/end": async () => {
      const { visitor, person } = await newSelf();
      await logIn(roster, person);
      const action = "/profile/sessions/end";
      return { visitor, page: "/profile", action, button: "End all others", says: /All other sessions ended/ };
    },
    "/profile/applications/:applicationId/end": async () => {
      const { visitor } = await newSelf();
      const { id } = await useApplication(roster, visitor);
      const action = `/profile/applications/${id}/end`;
      return { visitor, page: "/profile", action, button: "End", says: /Logged out of Wiki/ };
    },
    // The user's current session: ending it leads to the log-in page.
    "/profile/sessions/:sessionName/end": async () => {
      const { visitor } = await newSelf();
      const action = `/profile/sessions/${nameOf(visitor)}/end`;
      return { visitor, page: "/profile", action, button: "End", says: /Session ended[\s\S]*Forgot password\?/ };
    },
    "/profile/second-factor": async () => {
      const { visitor } = await newSelf();
      const page = "/profile/second-factor";
      const fields = { code: codeFor(shownSecret((await visitor.get(page)).text)) };
      return { visitor, page, button: "Set up", fields, says: /Your recovery codes/ };
    },
    "/profile/second-factor/recovery-codes": async () => {
      const { visitor, person } = await newSelf();
      const fields = { code: await (await giveSecondFactor(roster, person)).code() };
      const page = "/profile/second-factor/recovery-codes";
      return { visitor, page, button: "Make new codes", fields, says: /Your recovery codes/ };
    },
    "/profile/second-factor/turn-off": async () => {
      const { visitor, person } = await newSelf();
      const fields = { code: await (await giveSecondFactor(roster, person)).code() };
      const page = "/profile/second-factor/turn-off";
      return { visitor, page, button: "Turn off", fields, says: /second factor is turned off/ };
    },
    "/profile/photo": async () => ({
      ...(await newSelf()),
      ...{ page: "/profile", action: "/profile/photo", button: "Save photo", file: photo, says: /Photo saved/ },
    }),
  };
}

/** Forms that no page links to, by the address that shows them. */
export async function confirmation(roster: Roster): Promise<Press> {
  const visitor = await logIn(
    roster,
    await addUser(roster.deps, { email: `press${++count}@example.com`, role: "manager" }),
  );
  await roster
    .db("sessions")
    .where({ id_hash: hashToken(sessionIdOf(visitor)) })
    .update({ password_confirmed_at: "2026-01-01T00:00:00.000Z" });
  const page = "/profile/second-factor";
  const code = codeFor(shownSecret((await visitor.get(page)).text));
  return { visitor, page, button: "Set up", fields: { code }, says: /Your recovery codes/ };
}
