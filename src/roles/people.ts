import type { Role } from "./roles.ts";
import type { SecondFactorRule } from "./second-factor-rule.ts";

// An organization and a user, as in PRODUCT.md.

/** An organization's ID; a separate type, so that no other number can be used for it. */
export type OrganizationId = number & { readonly __organization: true };

export type Plan = "free" | "pro";
export type Organization = { id: OrganizationId; name: string; plan: Plan };

export const statuses = ["active", "inactive"] as const;
export type Status = (typeof statuses)[number];

export type User = {
  id: number;
  organizationId: OrganizationId;
  email: string;
  /** The last confirmed address if an API key has set `email`; null if `email` is confirmed. */
  confirmedEmail: string | null;
  firstName: string;
  lastName: string;
  role: Role;
  /** What they may do now: inactive once `deactivateOn` is over, even before the server has stored that. */
  status: Status;
  /** The last day on which they are active, in the organization's time zone. */
  deactivateOn: string | null;
  /** Whether that day is over while the stored status is still active. */
  hasLeft: boolean;
  mustChangePassword: boolean;
  /** When the newest invitation link ends, or has ended; null for everyone who has a password. */
  invitedUntil: string | null;
  photoHash: string | null;
  /** Counts every change, so that a form knows which version it was opened with. */
  version: number;
  createdAt: string;
  lastLoginAt: string | null;
  /** When the personal data was erased; null for everyone else. */
  erasedAt: string | null;
};

/** The person behind a request, read again for each one. */
export type CurrentUser = User & {
  organization: Organization;
  /** The choices of the person and of the organization; null if there is none. */
  languages: { own: string | null; organization: string | null };
  /** The organization's. */
  timeZone: string;
  /** Whether a second factor is set up, and who in the organization must have one. */
  factor: { isSetUp: boolean; secondFactorRule: SecondFactorRule };
  /** Whether nobody in the organization has hidden the first steps. */
  showsFirstSteps: boolean;
};
