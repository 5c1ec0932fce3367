import { planNames } from "../organization/plans.ts";
import { roleNames } from "../roles/roles.ts";
import { type Moment, moment } from "../time.ts";
import { actionWords } from "./actions.ts";
import type { Activity } from "./queries.ts";

/** History as a page shows it. */
export type ActivityRow = {
  when: Moment;
  what: string;
  who: { name: string; address: string | undefined; key: string | undefined };
  whom: { name: string; address: string } | undefined;
  /** Whether somebody did it to themselves: one name is enough then. */
  isOwn: boolean;
  changes: { field: string; before: string; after: string }[];
};

const fieldNames: Record<string, string> = {
  firstName: "First name",
  lastName: "Last name",
  email: "Email",
  role: "Role",
  status: "Status",
  name: "Name",
  scope: "Scope",
  plan: "Plan",
  organization: "Organization",
  sessions: "Open sessions",
};

/** The words that pages have for stored values. */
const valueNames: Record<string, Record<string, string>> = {
  role: roleNames,
  status: { active: "Active", inactive: "Inactive" },
  plan: planNames,
};

const shown = (field: string, value: string | null): string =>
  value === null ? "" : (valueNames[field]?.[value] ?? value);

const withoutName: Record<string, string> = { operator: "The operator", system: "Roster", visitor: "A visitor" };

export function activityRow({ at, action, actor, actorKind, key, subject, changes }: Activity): ActivityRow {
  return {
    when: moment(at),
    what: actionWords[action] ?? action,
    who: {
      name: actor?.name ?? withoutName[actorKind] ?? actorKind,
      address: actor && `/admin/managers/${actor.id}`,
      key: key?.name,
    },
    whom: subject && { name: subject.name, address: `/admin/managers/${subject.id}` },
    isOwn: actor !== undefined && key === undefined && actor.id === subject?.id,
    changes: Object.entries(changes).map(([field, { before, after }]) => ({
      field: fieldNames[field] ?? field,
      before: shown(field, before),
      after: shown(field, after),
    })),
  };
}
