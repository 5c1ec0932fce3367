import type { Action } from "../audit/actions.ts";
import type { Changes } from "../audit/audited-change.ts";
import type { User } from "../roles/people.ts";
import { type UserFields, userFieldNames, userFields } from "./fields.ts";
import { fieldsOf, groupActs } from "./group-acts.ts";

// Which rows of history can be undone: pure decisions.

const undoDays = 7;
export const undoMs = undoDays * 86_400_000;

/** Whatever changes a user's fields. */
const undoableActions: readonly Action[] = [...new Set(userFieldNames.map((name) => userFields[name].action))];

/** A row of history, as far as undoing it needs. */
export type UndoableRow = { at: string; action: Action; changes: Changes };

export const isUndoable = ({ at, action }: Omit<UndoableRow, "changes">, since: string): boolean =>
  undoableActions.includes(action) && at > since;

/** Whether it is a group action that changed roles or statuses, which is undone for everyone together. */
export const isUndoableGroup = ({ at, action, changes }: UndoableRow, since: string): boolean =>
  action === "group.started" && at > since && groupActs.some((act) => fieldsOf(act) && act === changes.act?.after);

/**
 * The values that the row replaced, by field; undefined if they changed again since, or there was nothing before.
 * Whatever is erased has no value.
 */
export function valuesBefore({ changes }: Pick<UndoableRow, "changes">, user: User): Partial<UserFields> | undefined {
  const names = Object.keys(changes).filter((name): name is keyof UserFields => name in userFields);
  const stands = names.every((name) => {
    const { before, after } = changes[name] ?? { before: null, after: null };
    return (before !== null || name === "deactivateOn") && after === (user[name] ?? null);
  });
  if (user.erasedAt !== null || names.length === 0 || names.length < Object.keys(changes).length || !stands)
    return undefined;
  return Object.fromEntries(names.map((name) => [name, changes[name]?.before])) as Partial<UserFields>;
}
