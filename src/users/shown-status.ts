import type { Status, User } from "../roles/people.ts";
import { formatDay } from "../words/times.ts";
import { words } from "../words/words.ts";
import { isInvitationOpen, isInvited } from "./rules.ts";

/** A user's status in words, as lists and the User profile show it (views/partials/status.ejs). */
export type ShownStatus = { name: string; kind: Status | "invited" };

export function shownStatus(user: Pick<User, "status" | "invitedUntil">): ShownStatus {
  const { status, invitedUntil } = user;
  if (status === "inactive" || !isInvited(user)) return { name: words().statuses[status], kind: status };
  const { until, expired } = words().invitations;
  const isOpen = isInvitationOpen(user);
  return { name: isOpen && invitedUntil ? until(formatDay(invitedUntil)) : expired, kind: "invited" };
}
