import { z } from "zod";
import type { Deps } from "../deps.ts";
import { actorOf } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { addressFault } from "./changes.ts";
import { email, firstName, lastName } from "./fields.ts";
import { aboutUser, profileOf, requireUser } from "./open-user.ts";
import { changePersonalInformation } from "./personal-information-changes.ts";

export function personalInformation(deps: Deps): FormHandlers {
  return formPage({
    view: "users/personal-information",
    title: "Edit personal information",
    schema: z.object({ firstName, lastName, email, version }),
    open: (req) => requireUser(deps.db, req),
    values: (user) => ({
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      version: String(user.version),
    }),
    page: aboutUser,
    judge: (values, { id }) => addressFault(deps.db, email.safeParse(values.email).data ?? "", id),
    gate: deps.gate,
    isGated: ({ email }, user) => email !== user.email,
    save: async ({ version: since, ...person }, user, req) => {
      await changePersonalInformation(deps, { actor: actorOf(req), user, since, person });
      return { to: profileOf(user, req), notice: "Personal information saved." };
    },
  });
}
