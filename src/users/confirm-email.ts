import type { Request } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { confirmEmail } from "./access-changes.ts";
import { email } from "./fields.ts";
import { aboutUser, openUser } from "./user-page.ts";

type About = ReturnType<typeof aboutUser> & { isOwn?: boolean };

/** The confirmation page for any user's address that an API key has set. */
export function confirmEmailPage(deps: Deps): FormHandlers {
  return confirming(
    deps,
    (req) => openUser(deps.db, req),
    (user, req) => aboutUser(user, req),
  );
}

/** The confirmation page for your own address. */
export function confirmOwnEmailPage(deps: Deps): FormHandlers {
  return confirming(deps, currentUser, (user, req) => ({
    ...aboutUser(user, req),
    name: words().profile.yours,
    back: "/profile",
    isOwn: true,
  }));
}

/**
 * The form names the address: it does not confirm one that was set later, and if it is sent twice, it is saved once.
 */
function confirming(
  deps: Deps,
  open: (req: Request) => Promise<User> | User,
  about: (user: User, req: Request) => About,
): FormHandlers {
  return formPage({
    view: "users/confirm-email",
    title: () => words().confirmEmail.title,
    schema: z.object({ email }),
    open,
    values: () => ({}),
    page: about,
    reauthentication: deps.reauthentication,
    save: async ({ email }, user, req) => {
      await confirmEmail(deps, { actor: authorizedActor(req), user, email });
      return { to: about(user, req).back, notice: words().confirmEmail.confirmed(email) };
    },
  });
}
