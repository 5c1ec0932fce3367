import { parseSetCookie } from "cookie";
import type { Response } from "supertest";
import { hashToken } from "../../src/platform/secrets.ts";
import type { Roster } from "./roster.ts";
import type { Visitor } from "./visitor.ts";

/** The cookies that an answer sets, by name. */
export function cookiesOf(answer: Pick<Response, "headers">) {
  const lines: string[] = [answer.headers["set-cookie"] ?? []].flat();
  return Object.fromEntries(lines.map((line) => [parseSetCookie(line)?.name ?? "", { ...parseSetCookie(line), line }]));
}

/** The session's id out of the signed value of its cookie. */
export const idIn = (value = ""): string => /^s:([^.]+)\./.exec(value)?.[1] ?? "";

/** The session's cookie that this browser holds now, as it would send it. */
export function cookieOf(visitor: Visitor): string {
  const access = { domain: "127.0.0.1", path: "/", secure: false, script: false };
  return `roster=${visitor.agent.jar.getCookie("roster", access)?.value}`;
}

/** The session's id that this browser holds now. */
export const sessionIdOf = (visitor: Visitor): string =>
  idIn(decodeURIComponent(cookieOf(visitor).slice("roster=".length)));

/** The row of the session that this browser holds; undefined where it was ended. */
export const sessionOf = (roster: Pick<Roster, "db">, visitor: Visitor) =>
  roster
    .db("sessions")
    .where({ id_hash: hashToken(sessionIdOf(visitor)) })
    .first();
