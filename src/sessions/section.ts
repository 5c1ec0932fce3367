import type { Request } from "express";
import type { Deps } from "../deps.ts";
import { browserName } from "../platform/browser-name.ts";
import type { User } from "../roles/people.ts";
import { formatTime } from "../words/times.ts";
import { words } from "../words/words.ts";
import { listApplicationAccess } from "./application-access.ts";
import { listSessions, sessionName } from "./queries.ts";

/** More than anyone looks through; the page says how many there are, and "End all" ends the others too. */
const maxShown = 50;

/** The Sessions section of a User profile or your own page: the current session first. */
export async function sessionsSection({ db, config }: Pick<Deps, "db" | "config">, user: User, req: Request) {
  const limits = { idle: config.sessionIdle, maxAge: config.sessionMax };
  const asked = { userId: user.id, present: req.sessionID, limits, limit: maxShown };
  const { sessions, total } = await listSessions(db, asked);
  const present = sessionName(req.sessionID);
  const rows = sessions.map(({ name, browser, address, createdAt, lastSeenAt }) => ({
    name,
    isPresent: name === present,
    browser: browserName(browser ?? "", words().browsers),
    address,
    firstSeen: formatTime(createdAt),
    lastSeen: formatTime(lastSeenAt),
  }));
  const isOwn = rows[0]?.isPresent ?? false;
  const applications = (await listApplicationAccess(db, user.id)).map(({ id, name, since }) => {
    return { id, name, since: formatTime(since) };
  });
  return { applications, rows, isOwn, mayEndMany: total > (isOwn ? 1 : 0), total };
}
