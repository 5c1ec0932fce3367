import type { Request } from "express";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { User } from "../roles/people.ts";
import { currentUser } from "../sessions/current-user.ts";
import { idParam } from "../web/form.ts";
import type { PageData } from "../web/render.ts";
import { words } from "../words/words.ts";
import { listAddress, returnQuery, returnTo } from "./list-state.ts";
import { requireUser } from "./queries.ts";

/** The user that an Admin's page is about. @throws NotFound */
export async function openUser(db: Database, req: Request): Promise<User> {
  return requireUser(db, currentUser(req).organizationId, idParam(req));
}

export const profilePath = ({ id }: { id: number }): string => `/admin/managers/${id}`;

/** The user's page, with the way back to the list that the Admin came from. */
export const profilePathWithReturn = (user: { id: number }, req: Request): string =>
  profilePath(user) + returnQuery(returnTo(req.query));

/** The list that the Admin came from. */
export const returnToList = (req: Request): string => listAddress(returnTo(req.query));

export const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }): string =>
  `${firstName} ${lastName}`;

/** Builds everything that the User profile shows (profile/user-profile-view.ts), for pages that appear on it. */
export type ProfileView = (
  deps: Deps,
  req: Request,
  user: User,
) => Promise<PageData & { name: string; back: string; apiKeys: { paused: string | undefined } }>;

type AboutUser = { user: User; name: string; address: string; returnQuery: string; back: string; list: string };

/** What every page about a user shows above its form. Links to its sections are `address`/…`returnQuery`. */
export function aboutUser(user: User, req: Request): AboutUser {
  return {
    user,
    name: fullName(user),
    address: profilePath(user),
    returnQuery: returnQuery(returnTo(req.query)),
    back: profilePathWithReturn(user, req),
    list: returnToList(req),
  };
}

/** The user that a page is about, who can be the one that asks. */
export type Subject = AboutUser & { isOwn?: boolean };
export type OpenSubject = (req: Request) => Promise<Subject>;

/** Any user of the organization, for an Admin. */
export const anyUser =
  (db: Database): OpenSubject =>
  async (req) =>
    aboutUser(await openUser(db, req), req);

/** The user who asks. */
export const yourself: OpenSubject = async (req) => ({
  ...aboutUser(currentUser(req), req),
  name: words().profile.yours,
  back: "/profile",
  isOwn: true,
});
