import type { User } from "../roles/people.ts";
import { isInvited } from "../users/rules.ts";
import type { Words } from "../words/words.ts";

/** Why the user cannot get an invitation link, or undefined. */
export function invitationError(
  user: Pick<User, "invitedUntil" | "status">,
): keyof Pick<Words["invitations"], "notInvited" | "inactive"> | undefined {
  if (!isInvited(user)) return "notInvited";
  return user.status === "inactive" ? "inactive" : undefined;
}
