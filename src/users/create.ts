import { z } from "zod";
import type { Actor } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { passwordFields, secretFields, validatePassword } from "../passwords/form.ts";
import { generatePassphrase } from "../passwords/passphrase.ts";
import type { OrganizationId, User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { checkbox } from "../web/fields.ts";
import { type FormHandlers, formPage, type Values } from "../web/form.ts";
import { words } from "../words/words.ts";
import { createUser, emailError, newEndDateError } from "./changes.ts";
import { deactivateOn, email, inputsOf, partOf, personalInformation, role } from "./fields.ts";
import { type NewPerson, requireUser } from "./queries.ts";
import { roleChoices } from "./role.ts";
import { peopleOnlyReason } from "./rules.ts";
import { linkSecret, passwordSecret, type ShownSecret, showSecret } from "./show-secret.ts";
import { type ProfileView, profilePathWithReturn, returnToList } from "./user-page.ts";

/** How a new user gets a password. */
const accesses = ["mail", "link", "password", "generate"] as const;
type Access = (typeof accesses)[number];

/**
 * People who fill in the passwords have chosen to set one, whatever radio button is on. So have those whose form has no
 * radio buttons, because it was opened before an update.
 */
const accessOf = ({ access, password, confirmPassword }: Values): Access | undefined =>
  password || confirmPassword || !access ? "password" : accesses.find((known) => known === access);

const schema = z.object({
  ...partOf(personalInformation, "schema"),
  role,
  deactivateOn: deactivateOn.default(null),
  access: z.string().optional().catch(undefined),
  password: passwordFields.password.default(""),
  confirmPassword: passwordFields.confirmPassword.default(""),
  mustChange: checkbox,
});

/** invitations/changes.ts */
type InviteUser = (
  deps: Deps,
  order: { actor: Actor; organizationId: OrganizationId; person: NewPerson; delivery: "mail" | "link" },
) => Promise<{ user: User; link: string | undefined }>;

type Parts = { inviteUser: InviteUser; profileView: ProfileView };

export function createUserPage(deps: Deps, { inviteUser, profileView }: Parts): FormHandlers {
  const { passwordMinLength: minLength, smtpUrl } = deps.config;

  return formPage({
    view: "users/create",
    title: () => words().createUser.title,
    schema,
    secret: secretFields,
    open: (req) => currentUser(req),
    values: () => ({ role: "member", access: smtpUrl ? "mail" : "link", mustChange: "on" }),
    page: (_, req) => ({
      list: returnToList(req),
      fields: inputsOf(personalInformation),
      choices: roleChoices(),
      accesses,
      // The passwords do not come back, and neither would the choice that they were.
      isPasswordTyped: Boolean(req.body?.password || req.body?.confirmPassword),
      passwordHint: words().passwords.hint(minLength),
      endDateHint: words().endDate.hint(currentUser(req).timeZone),
    }),
    validate: async (typed, { id, organization }) => {
      const { data: known = "" } = email.safeParse(typed.email);
      const { firstName = "", lastName = "" } = typed;
      const person = { firstName, lastName, email: known, organization: organization.name };
      const access = accessOf(typed);
      return {
        ...(await emailError(deps.db, known)),
        ...(await newEndDateError(deps.db, organization.id, deactivateOn.safeParse(typed.deactivateOn).data)),
        ...(access === undefined && { access: words().createUser.chooseAccess }),
        ...(access === "password" && (await validatePassword(typed, person, { minLength, requester: `user ${id}` }))),
      };
    },
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ role }) => peopleOnlyReason({ role }) !== undefined,
    save: async (
      { access, password, confirmPassword, mustChange, ...person },
      { id: requester, organization },
      req,
      res,
    ) => {
      const order = { actor: authorizedActor(req), organizationId: organization.id };
      const chosen = accessOf({ access: access ?? "", password, confirmPassword });
      const show = async (id: number, secretOf: (user: User) => ShownSecret) => {
        const user = await requireUser(deps.db, organization.id, id);
        return showSecret(req, res, { page: await profileView(deps, req, user), secret: secretOf(user) });
      };
      const create = (given: { password: string; mustChangePassword: boolean }): Promise<number> =>
        createUser(deps, { ...order, person: { ...person, ...given } });

      if (chosen === "password") {
        const id = await create({ password, mustChangePassword: mustChange });
        return { to: profilePathWithReturn({ id }, req), notice: words().createUser.created };
      }
      if (chosen === "generate") {
        const known = { ...person, organization: organization.name };
        const generated = await generatePassphrase(known, { minLength, requester: `user ${requester}` });
        const id = await create({ password: generated, mustChangePassword: true });
        return show(id, (user) => passwordSecret(req, user, generated));
      }
      const { user, link } = await inviteUser(deps, {
        ...order,
        person,
        delivery: chosen === "mail" ? "mail" : "link",
      });
      if (link !== undefined) return show(user.id, () => linkSecret(req, user, link));
      return { to: profilePathWithReturn(user, req), notice: words().invitations.created(person.email) };
    },
  });
}
