import type { Request } from "express";
import { currentUser } from "../auth/current-user.ts";
import type { Database } from "../database.ts";
import { HttpError } from "../web/errors.ts";
import { idParam } from "../web/form.ts";
import { findUser, type User } from "./queries.ts";

/** The user that an Admin's page is about. @throws HttpError 404: another organization's users do not exist */
export async function requireUser(db: Database, req: Request): Promise<User> {
  const user = await findUser(db, currentUser(req).organizationId, idParam(req));
  if (!user) throw new HttpError(404);
  return user;
}

export const profileAddress = ({ id }: { id: number }): string => `/admin/managers/${id}`;

/** Bold words of a page's title and its line back: whose page this is. */
export const fullName = ({ firstName, lastName }: { firstName: string; lastName: string }): string =>
  `${firstName} ${lastName}`;

/** What every page about one user shows above its form. */
export function aboutUser(user: User): { user: User; name: string; back: string } {
  return { user, name: fullName(user), back: profileAddress(user) };
}
