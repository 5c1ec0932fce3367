import { z } from "zod";
import type { Deps } from "../deps.ts";
import { actorOf } from "../sessions/current-user.ts";
import { version } from "../web/fields.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { addressFault, changeUser } from "./changes.ts";
import { email, firstName, lastName } from "./fields.ts";
import { aboutUser, openUser, profileOf } from "./open-user.ts";

export function personalInformation(deps: Deps): FormHandlers {
  return formPage({
    view: "users/personal-information",
    title: "Edit personal information",
    schema: z.object({ firstName, lastName, email, version }),
    open: (req) => openUser(deps.db, req),
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
    save: async ({ version: since, ...fields }, user, req) => {
      await changeUser(deps, { actor: actorOf(req), user, since, fields });
      return { to: profileOf(user, req), notice: "Personal information saved." };
    },
  });
}
