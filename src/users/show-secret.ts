import type { Request, Response } from "express";
import type { User } from "../roles/people.ts";
import { type PageData, render } from "../web/render.ts";
import { formatDay } from "../words/times.ts";
import { words } from "../words/words.ts";
import { fullName, profilePathWithReturn } from "./user-page.ts";

/** A text with what views/partials/text.ejs puts into it. */
type Text = { text: string; marks: Record<string, { text?: string; is?: string }> };

/** A secret that is shown once, in a dialog over the User profile (views/partials/secret.ejs). */
export type ShownSecret = {
  title: string;
  heading: Text;
  copy: Text;
  note?: string | undefined;
  value: string;
  /** One line to paste that works as it stands. */
  command?: { label: string; line: string };
  back: string;
};

/** @param options `page`: the User profile behind the dialog */
export function showSecret(
  req: Request,
  res: Response,
  { page, secret }: { page: PageData; secret: ShownSecret },
): "answered" {
  render(req, res, "profile/user-profile", { ...page, title: secret.title, values: {}, errors: {}, newSecret: secret });
  return "answered";
}

/** @param user as saved, with the end of the link */
export function linkSecret(req: Request, user: User, link: string): ShownSecret {
  const { title, heading, copy, until } = words().invitations.link;
  return {
    title,
    heading: { text: heading, marks: { name: { text: fullName(user) } } },
    copy: { text: copy, marks: { now: { is: "strong" }, name: { text: fullName(user) } } },
    note: user.invitedUntil === null ? undefined : until(formatDay(user.invitedUntil)),
    value: link,
    back: profilePathWithReturn(user, req),
  };
}

export function passwordSecret(req: Request, user: User, password: string): ShownSecret {
  const { title, heading, copy, note } = words().createUser.generated;
  return {
    title,
    heading: { text: heading, marks: { name: { text: fullName(user) } } },
    copy: { text: copy, marks: { now: { is: "strong" }, name: { text: fullName(user) } } },
    note: note(user.email),
    value: password,
    back: profilePathWithReturn(user, req),
  };
}
