import { listKeys } from "../api-keys/queries.ts";
import { listActivity } from "../audit/queries.ts";
import { activityRow } from "../audit/rows.ts";
import type { CurrentUser } from "../auth/queries.ts";
import type { Deps } from "../deps.ts";
import { permissionRows, roleNames } from "../roles/roles.ts";
import { newToken } from "../secrets.ts";
import { moment } from "../time.ts";
import { avatarOf } from "./avatar.ts";
import { aboutUser, fullName } from "./open-user.ts";
import type { User } from "./queries.ts";

const historyLength = 10;

/** Everything the User profile shows; a section whose form is refused shows it again with the error. */
export async function profileView({ db, config }: Deps, admin: CurrentUser, user: User) {
  const keys = await listKeys(db, user.id);
  const history = await listActivity(db, user.organizationId, { subjectId: user.id, limit: historyLength + 1 });
  return {
    ...aboutUser(user),
    title: fullName(user),
    isOneself: user.id === admin.id,
    avatar: avatarOf(user),
    roleName: roleNames[user.role],
    permissions: permissionRows(user.role),
    since: moment(user.createdAt),
    lastLogin: user.lastLoginAt ? moment(user.lastLoginAt) : undefined,
    apiKeys: {
      isPro: admin.organization.plan === "pro",
      supportEmail: config.supportEmail,
      suggestedName: freeKeyName(keys.map(({ name }) => name)),
      formId: newToken(),
      rows: keys.map((key) => ({
        ...key,
        created: moment(key.createdAt),
        lastUsed: key.lastUsedAt ? moment(key.lastUsedAt) : undefined,
        revoked: key.revokedAt ? moment(key.revokedAt) : undefined,
      })),
    },
    history: { rows: history.slice(0, historyLength).map(activityRow), more: history.length > historyLength },
  };
}

/** A name that works in one press, even where somebody named an earlier key "Key 3". */
function freeKeyName(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`Key ${number}`)) number += 1;
  return `Key ${number}`;
}
