import type { CurrentUser } from "../roles/people.ts";
import { features, permissionTable } from "../roles/roles.ts";
import { fullName } from "../users/user-page.ts";
import { pictureAddress } from "./picture.ts";

/** Which claims an application gets for each scope (PRODUCT.md, "Signing in to the team's services"). */
export const claimsByScope = {
  openid: ["sub", "auth_time", "acr", "amr"],
  email: ["email", "email_verified"],
  profile: ["name", "given_name", "family_name", "picture", "locale"],
  groups: ["groups"],
  roles: ["role", "permissions"],
  organization: ["organization"],
};

/** All claims of a user; oidc-provider keeps those of the granted scopes. */
export function claimsOf(
  user: CurrentUser,
  { provenEmail, baseUrl }: { provenEmail: string | null; baseUrl: string },
): { sub: string; [claim: string]: unknown } {
  const permissions = permissionTable[user.role];
  return {
    sub: String(user.id),
    email: user.email,
    email_verified: provenEmail === user.email,
    name: fullName(user),
    given_name: user.firstName,
    family_name: user.lastName,
    picture: user.photoHash ? pictureAddress(baseUrl, user.photoHash) : undefined,
    locale: user.languages.own ?? user.languages.organization ?? "en",
    groups: [user.role, ...features.flatMap((feature) => permissions[feature].map((action) => `${feature}:${action}`))],
    role: user.role,
    permissions,
    organization: user.organization,
  };
}
