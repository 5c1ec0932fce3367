import type { User } from "../roles/people.ts";
import { formatTime, formatTimeOrNone } from "../words/times.ts";
import { words } from "../words/words.ts";
import { avatarOf } from "./avatar.ts";
import { personalInformation, valuesOf } from "./fields.ts";
import { shownStatus } from "./shown-status.ts";
import { fullName } from "./user-page.ts";

/** What a profile shows of a person, for views/partials/profile-section.ejs and personal-information.ejs. */
export const personParts = (user: User) => ({
  title: fullName(user),
  personalInformation: valuesOf(personalInformation, user),
  avatar: avatarOf(user),
  status: shownStatus(user),
  roleName: words().roles[user.role],
  created: formatTime(user.createdAt),
  lastLogin: formatTimeOrNone(user.lastLoginAt),
});
