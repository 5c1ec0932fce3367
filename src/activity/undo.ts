import type { Request } from "express";
import { shownChanges } from "../audit/shown-changes.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { prepareUndo } from "../groups/prepare.ts";
import { timestampIn } from "../platform/time.ts";
import { Conflict, NotFound, ValidationError } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { changeUser } from "../users/changes.ts";
import { findUser } from "../users/queries.ts";
import { peopleOnlyReason } from "../users/rules.ts";
import { isUndoable, isUndoableGroup, undoMs, valuesBefore } from "../users/undo-rules.ts";
import { fullName, profilePath } from "../users/user-page.ts";
import { type FormHandlers, formPage, idParam } from "../web/form.ts";
import { formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { listActivity } from "./list-queries.ts";

/**
 * The page that asks before a change is undone, for seven days and while its values still stand. Undoing is an ordinary
 * change, with all its rules and a row of history that names the one it undoes.
 */
export function undoPage(deps: Deps): FormHandlers {
  const form = formPage({
    view: "activity/undo",
    title: () => words().undo.title,
    open: (req) => openRow(deps.db, req),
    page: ({ activity, user, values }) => ({
      name: fullName(user),
      address: profilePath(user),
      what: words().actions[activity.action],
      when: formatTime(activity.at),
      changes: shownChanges(reversed(activity.changes)),
      canUndo: values !== undefined,
    }),
    reauthentication: deps.reauthentication,
    needsReauthentication: (_, { user, values }) =>
      values !== undefined &&
      (peopleOnlyReason(values, user) !== undefined || (values.email !== undefined && values.email !== user.email)),
    save: async (_, { activity, user, values }, req) => {
      if (!values) throw new ValidationError(words().undo.notPossible);
      try {
        const change = { actor: authorizedActor(req), user, version: user.version, undoes: activity.id };
        await changeUser(deps, { ...change, fields: values });
      } catch (error) {
        // The page has no fields to show these next to.
        if (error instanceof ValidationError) throw new ValidationError(error.message);
        if (error instanceof Conflict) throw new ValidationError(words().undo.notPossible);
        throw error;
      }
      return { to: profilePath(user), notice: words().undo.done };
    },
  });
  return {
    ...form,
    get: async (req, res, next) => {
      const group = await findGroupRow(deps.db, req);
      return group ? res.redirect(303, await prepareUndo(deps, req, group.id)) : form.get(req, res, next);
    },
  };
}

/** A group action of the last days, which is undone for everyone together (groups/). */
async function findGroupRow(db: Database, req: Request): Promise<{ id: number } | undefined> {
  const activity = await findRow(db, req);
  return activity && isUndoableGroup(activity, timestampIn(-undoMs)) ? activity : undefined;
}

async function findRow(db: Database, req: Request) {
  const id = idParam(req, "activityId");
  const [activity] = await listActivity(db, currentUser(req).organizationId, { before: id + 1, downTo: id, limit: 1 });
  return activity;
}

/** @throws NotFound unless it is a change of a user in the organization that could be undone when it was made */
async function openRow(db: Database, req: Request) {
  const { organizationId } = currentUser(req);
  const activity = await findRow(db, req);
  const user = activity?.subject && (await findUser(db, organizationId, activity.subject.id));
  if (!activity || !user || !isUndoable(activity, "")) throw new NotFound();
  const isRecent = isUndoable(activity, timestampIn(-undoMs));
  return { activity, user, values: isRecent ? valuesBefore(activity, user) : undefined };
}

const reversed = (changes: Awaited<ReturnType<typeof openRow>>["activity"]["changes"]) =>
  Object.fromEntries(
    Object.entries(changes).map(([field, { before, after }]) => [field, { before: after, after: before }]),
  );
