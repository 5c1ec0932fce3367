import type { Activity } from "./row-queries.ts";

/** History for programs: the API's and the export's. */
export function activityResource(activity: Activity) {
  const { id, at, action, actorKind, actor, key, command, groupId, subject, changes, address, browser } = activity;
  return {
    id,
    at,
    action,
    actor: { kind: actorKind, user: actor ?? null, key: key ?? null, command },
    from: { address, browser },
    groupId: groupId || null,
    subject: subject ?? null,
    changes,
  };
}
