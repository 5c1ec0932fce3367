import { parseSetCookie } from "cookie";
import type { Response } from "supertest";
import { hashToken } from "../../src/platform/secrets.ts";
import type { Roster } from "./roster.ts";
import type { Visitor } from "./visitor.ts";

/** The cookies that a response sets, by name. */
export function cookiesOf(answer: Pick<Response, "headers">) {
  const lines: string[] = [answer.headers["set-cookie"] ?? []].flat();
  return Object.fromEntries(lines.map((line) => [parseSetCookie(line)?.name ?? "", { ...parseSetCookie(line), line }]));
}

/** The session's ID from its signed cookie. */
export const idIn = (value = ""): string => /^s:([^.]+)\./.exec(value)?.[1] ?? "";

/** This browser's current session cookie, as it would send it. */
export function cookieOf(visitor: Visitor): string {
  const access = { domain: "127.0.0.1", path: "/", secure: false, script: false };
  return `roster=${visitor.agent.jar.getCookie("roster", access)?.value}`;
}

/** The ID of this browser's current session. */
export const sessionIdOf = (visitor: Visitor): string =>
  idIn(decodeURIComponent(cookieOf(visitor).slice("roster=".length)));

/** The row of this browser's session; undefined if it has ended. */
export const sessionOf = (roster: Pick<Roster, "db">, visitor: Visitor) =>
  roster
    .db("sessions")
    .where({ id_hash: hashToken(sessionIdOf(visitor)) })
    .first();
