import { setImmediate } from "node:timers/promises";
import { type ActivityFilter, listActivity } from "../activity/list-queries.ts";
import type { Activity } from "../activity/row-queries.ts";
import type { Database } from "../database/database.ts";
import { timestamp } from "../platform/time.ts";
import type { User } from "../roles/people.ts";
import { findImportLines, findRecords } from "./collect-queries.ts";
import { findTraces } from "./trace-queries.ts";
import { hasEmail } from "./traces.ts";

const batchSize = 250;

/**
 * Everything that Roster knows of the person, as one JSON document, in batches because history may be long. It has no
 * secret and no hash, and of others only IDs: it is for the person too (docs/personal-data.md).
 */
export async function* personalDataText(db: Database, user: User): AsyncGenerator<string, undefined> {
  const { organization, language, ...records } = await findRecords(db, user);
  const { id, email, confirmedEmail, firstName, lastName, role, status, createdAt, lastLoginAt } = user;
  const { mustChangePassword, invitedUntil, erasedAt } = user;
  const traces = await findTraces(db, user);
  const about = {
    exportedAt: timestamp(),
    user: {
      ...{ id, firstName, lastName, email, confirmedEmail, role, status, language, mustChangePassword },
      ...{ createdAt, lastLoginAt, invitedUntil, erasedAt },
    },
    organization,
    ...records,
    importLines: (await findImportLines(db, user)).filter((line) => hasEmail(traces, line)),
  };
  yield JSON.stringify(about, undefined, 2).replace(/\n\}$/, "");
  yield* listText("history", historyOf(db, user, { subjectId: id }), (row) => aboutThem(row, user));
  yield* listText("actions", historyOf(db, user, { actorId: id }), (row) => byThem(row, user));
  yield "\n}\n";
  return undefined;
}

async function* historyOf(db: Database, { organizationId }: User, filter: ActivityFilter): AsyncGenerator<Activity[]> {
  for (let after = 0; ; ) {
    const rows = await listActivity(db, organizationId, { ...filter, after, limit: batchSize });
    yield rows;
    const newest = rows[0];
    if (rows.length < batchSize || !newest) return;
    after = newest.id;
    await setImmediate();
  }
}

/** A member of the document, whose rows come oldest first. */
async function* listText(
  name: string,
  batches: AsyncIterable<Activity[]>,
  entry: (row: Activity) => object | undefined,
): AsyncGenerator<string> {
  yield `,\n  ${JSON.stringify(name)}: [`;
  let separator = "";
  for await (const rows of batches) {
    for (const row of rows.toReversed()) {
      const shown = entry(row);
      if (!shown) continue;
      yield `${separator}\n    ${JSON.stringify(shown)}`;
      separator = ",";
    }
  }
  yield "\n  ]";
}

/** What happened to them. Where an Admin was is the Admin's data. */
function aboutThem({ id, at, action, actorKind, actor, changes, address, browser }: Activity, user: User) {
  const isOwn = actor?.id === user.id || actorKind === "visitor";
  const by = { kind: actorKind, userId: actor?.id ?? null };
  return { id, at, action, by, changes, ...(isOwn && { address, browser }) };
}

/** What they did to others: what it changed is about those. */
function byThem({ id, at, action, subject, key, address, browser }: Activity, user: User) {
  if (subject?.id === user.id) return undefined;
  return { id, at, action, subjectId: subject?.id ?? null, keyId: key?.id ?? null, address, browser };
}
