import type { Request, Response } from "express";
import type { Deps } from "../deps.ts";
import { confirmedEmailOf } from "../mail/messages.ts";
import type { User } from "../roles/people.ts";
import { authorizedActor } from "../sessions/current-user.ts";
import { peopleOnlyReason } from "../users/rules.ts";
import { linkSecret, showSecret } from "../users/show-secret.ts";
import { openUser, type ProfileView, profilePathWithReturn } from "../users/user-page.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { resendInvitation, showInvitationLink } from "./changes.ts";

// The two buttons on the profile of someone who was invited. Each makes one more link; earlier ones still work.

export function resendInvitationPage(deps: Deps, profileView: ProfileView): FormHandlers {
  return onProfile(deps, profileView, async (user, req) => {
    await resendInvitation(deps, { actor: authorizedActor(req), user });
    return { to: profilePathWithReturn(user, req), notice: words().invitations.sent(confirmedEmailOf(user)) };
  });
}

/** The response shows the link once. */
export function copyInvitationLink(deps: Deps, profileView: ProfileView): FormHandlers {
  return onProfile(deps, profileView, async (user, req, res) => {
    const link = await showInvitationLink(deps, { actor: authorizedActor(req), user });
    const present = await openUser(deps.db, req);
    const page = await profileView(deps, req, present);
    return showSecret(req, res, { page, secret: linkSecret(req, present, link) });
  });
}

type Save = (user: User, req: Request, res: Response) => Promise<{ to: string; notice: string } | "answered">;

/** A refusal is shown on the profile, where the button is. */
function onProfile(deps: Deps, profileView: ProfileView, save: Save): FormHandlers {
  const form = formPage({
    view: "profile/user-profile",
    title: () => words().invitations.title,
    open: (req) => openUser(deps.db, req),
    page: (user, req) => profileView(deps, req, user),
    reauthentication: deps.reauthentication,
    needsReauthentication: (_, user) => peopleOnlyReason({ invitation: true }, user) !== undefined,
    save: (_, user, req, res) => save(user, req, res),
  });
  const toProfile: FormHandlers["get"] = async (req, res) =>
    res.redirect(303, profilePathWithReturn(await openUser(deps.db, req), req));
  return { ...form, get: toProfile };
}
