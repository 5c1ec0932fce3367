import type { Role } from "./roles.ts";
import type { SecondFactorRule } from "./second-factor-rule.ts";

// What PRODUCT.md calls an organization and a user.

/** The id of an organization; a type of its own, so that no other number passes for it. */
export type OrganizationId = number & { readonly __organization: true };

export type Plan = "free" | "pro";
export type Organization = { id: OrganizationId; name: string; plan: Plan };

export const statuses = ["active", "inactive"] as const;
export type Status = (typeof statuses)[number];

export type User = {
  id: number;
  organizationId: OrganizationId;
  email: string;
  /** The last confirmed address where an API key has set `email`; null where `email` is confirmed. */
  confirmedEmail: string | null;
  firstName: string;
  lastName: string;
  role: Role;
  status: Status;
  mustChangePassword: boolean;
  photoHash: string | null;
  /** Counts every change, so that a form knows what it was opened with. */
  version: number;
  createdAt: string;
  lastLoginAt: string | null;
};

/** The person behind a request, read anew each time. */
export type CurrentUser = User & {
  organization: Organization;
  /** What the person and the organization have chosen; null for nothing. */
  languages: { own: string | null; organization: string | null };
  /** Whether a second factor is set up, and who in the organization must have one. */
  factor: { isSetUp: boolean; secondFactorRule: SecondFactorRule };
};
