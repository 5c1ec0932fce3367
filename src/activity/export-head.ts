import type { Database } from "../database/database.ts";
import { timestamp } from "../platform/time.ts";
import type { OrganizationId } from "../roles/people.ts";
import { findUser } from "../users/queries.ts";
import { fullName } from "../users/user-page.ts";
import type { FilterState } from "./filter.ts";
import type { ActivityFilter } from "./list-queries.ts";

// What an export with filters says before its rows, for those who read it later. Without filters it says nothing.

type Filtered = {
  organization: { id: OrganizationId; name: string };
  state: Partial<FilterState>;
  filter: ActivityFilter;
};

/** What was filtered, by the names of the address; empty without filters. */
export async function describeFilter(
  db: Database,
  { organization, state, filter }: Filtered,
): Promise<Record<string, string>> {
  const person = async (id: number | undefined): Promise<string | undefined> => {
    const user = id === undefined ? undefined : await findUser(db, organization.id, id);
    return user && `${fullName(user)} <${user.email}>, ID ${user.id}`;
  };
  const moment = (typed: string, stored: string | undefined): string => `${typed} (${stored})`;
  const said = {
    actor: (await person(filter.actorId)) ?? state.actor,
    user: (await person(filter.subjectId)) ?? state.user,
    key: state.key,
    action: state.action,
    from: state.from && moment(state.from, filter.from),
    to: state.to && moment(state.to, filter.to),
  };
  // A line break would begin a line without a "#".
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, text]) => (text ? [[name, text.replace(/\p{Cc}+/gu, " ")]] : [])),
  );
}

export type Said = { organization: { id: OrganizationId; name: string }; filters: Record<string, string> };

/** One object before those of the rows. */
export const jsonHead = ({ organization, filters }: Said): string =>
  `${JSON.stringify({ filters, organization: { id: organization.id, name: organization.name }, exportedAt: timestamp() })}\n`;
