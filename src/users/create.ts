import { z } from "zod";
import type { Deps } from "../deps.ts";
import { passwordFields, secretFields, validatePassword } from "../passwords/form.ts";
import { passwordHint } from "../passwords/rule.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { checkbox } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { createUser, emailError } from "./changes.ts";
import { email, inputsOf, partOf, personalInformation, role } from "./fields.ts";
import { roleChoices } from "./role.ts";
import { peopleOnlyReason } from "./rules.ts";
import { profilePathWithReturn, returnToList } from "./user-page.ts";

export function createUserPage(deps: Deps): FormHandlers {
  const { passwordMinLength } = deps.config;
  return formPage({
    view: "users/create",
    title: () => words().createUser.title,
    schema: z.object({ ...partOf(personalInformation, "schema"), role, ...passwordFields, mustChange: checkbox }),
    secret: secretFields,
    open: (req) => currentUser(req),
    values: () => ({ role: "member", mustChange: "on" }),
    page: (_, req) => ({
      list: returnToList(req),
      fields: inputsOf(personalInformation),
      choices: roleChoices(),
      passwordHint: passwordHint(passwordMinLength),
    }),
    validate: async ({ firstName = "", lastName = "", email: address, ...typed }, { id, organization }) => {
      const { data: known = "" } = email.safeParse(address);
      const person = { firstName, lastName, email: known, organization: organization.name };
      return {
        ...(await emailError(deps.db, known)),
        ...(await validatePassword(typed, person, { minLength: passwordMinLength, requester: `user ${id}` })),
      };
    },
    reauthentication: deps.reauthentication,
    needsReauthentication: ({ role }) => peopleOnlyReason({ role }) !== undefined,
    save: async ({ mustChange, confirmPassword: _, ...person }, { organization }, req) => {
      const id = await createUser(deps, {
        actor: authorizedActor(req),
        organizationId: organization.id,
        person: { ...person, mustChangePassword: mustChange },
      });
      return { to: profilePathWithReturn({ id }, req), notice: words().createUser.created };
    },
  });
}
