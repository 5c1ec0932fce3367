import type { Request } from "express";
import type { Deps } from "../deps.ts";
import { moment } from "../time.ts";
import type { User } from "../users/queries.ts";
import { browserName } from "../web/browser-name.ts";
import { listSessions, sessionName } from "./queries.ts";

/** More than anybody looks through; "End all" ends those beyond too. */
const shownAtMost = 50;

/** What the Sessions section shows, on a User profile and on one's own page: the present session first. */
export async function sessionsSection({ db, config }: Pick<Deps, "db" | "config">, user: User, req: Request) {
  const life = { idle: config.sessionIdle, longest: config.sessionMax };
  const sessions = await listSessions(db, { userId: user.id, life, limit: shownAtMost });
  const present = sessionName(req.sessionID);
  const rows = sessions
    .map(({ name, browser, address, createdAt, lastSeenAt }) => ({
      name,
      isPresent: name === present,
      browser: browserName(browser ?? ""),
      address,
      firstSeen: moment(createdAt),
      lastSeen: moment(lastSeenAt),
    }))
    .sort((one, other) => Number(other.isPresent) - Number(one.isPresent));
  const isOwn = rows[0]?.isPresent ?? false;
  return { rows, isOwn, mayEndMany: rows.length > (isOwn ? 1 : 0) };
}
