import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { confirmEmail } from "./access-changes.ts";
import { email } from "./fields.ts";
import type { OpenSubject } from "./user-page.ts";

/**
 * The confirmation page for an address that an API key has set. The form names the address: it does not confirm one
 * that was set later, and if it is sent twice, it is saved once.
 */
export function confirmEmailPage(deps: Deps, open: OpenSubject): FormHandlers {
  return formPage({
    view: "users/confirm-email",
    title: () => words().confirmEmail.title,
    schema: z.object({ email }),
    open,
    page: (about) => about,
    reauthentication: deps.reauthentication,
    save: async ({ email }, { user, back }, req) => {
      await confirmEmail(deps, { actor: authorizedActor(req), user, email });
      return { to: back, notice: words().confirmEmail.confirmed(email) };
    },
  });
}
