import { type Moment, moment } from "../time.ts";
import { actionWords } from "./actions.ts";
import type { Activity } from "./queries.ts";

/** History as a page shows it. */
export type ActivityRow = {
  when: Moment;
  what: string;
  who: { name: string; address: string | undefined };
  whom: { name: string; address: string } | undefined;
  changes: { field: string; before: string; after: string }[];
};

const fieldNames: Record<string, string> = {
  firstName: "First name",
  lastName: "Last name",
  email: "Email",
  role: "Role",
  status: "Status",
  name: "Name",
  plan: "Plan",
  organization: "Organization",
};

const withoutName: Record<string, string> = { operator: "The operator", system: "Roster", visitor: "A visitor" };

export function activityRow({ at, action, actor, actorKind, subject, changes }: Activity): ActivityRow {
  return {
    when: moment(at),
    what: actionWords[action] ?? action,
    who: { name: actor?.name ?? withoutName[actorKind] ?? actorKind, address: actor && `/admin/managers/${actor.id}` },
    whom: subject && { name: subject.name, address: `/admin/managers/${subject.id}` },
    changes: Object.entries(changes).map(([field, { before, after }]) => ({
      field: fieldNames[field] ?? field,
      before: before ?? "",
      after: after ?? "",
    })),
  };
}
