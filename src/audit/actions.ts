/** Everything history tells of, with the words a page has for it. */
export const actionWords = {
  "organization.created": "Organization created",
  "organization.renamed": "Organization renamed",
  "plan.updated": "Plan changed",
  "user.created": "User created",
  "user.logged-in": "Logged in",
  "account.locked": "Log-ins held back after wrong passwords",
  "account.unlocked": "Unlocked",
  "user.confirmed": "Confirmed by password",
  "user.logged-out": "Logged out",
  "session.ended": "Sessions ended",
  "personal-information.updated": "Personal information changed",
  "role.updated": "Role changed",
  "password.updated": "Password set",
  "password.chosen": "New password chosen",
  "password.reset": "Password reset by link",
  "reset-link.requested": "Reset link sent",
  "reset-link.printed": "Reset link printed",
  "photo.updated": "Photo changed",
  "photo.removed": "Photo removed",
  "status.updated": "Status changed",
  "api-key.generated": "API key generated",
  "api-key.rotated": "API key rotated",
  "api-key.revoked": "API key revoked",
} as const;

export type Action = keyof typeof actionWords;
