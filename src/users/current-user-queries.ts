import type { Knex } from "knex";
import type { Database } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import type { CurrentUser, Plan } from "../roles/people.ts";
import type { SecondFactorRule } from "../roles/second-factor-rule.ts";
import { active } from "./active-queries.ts";
import { selectUsers, toUser, type UserRow } from "./queries.ts";

export type CurrentUserRow = UserRow & {
  name: string;
  plan: Plan;
  ownLanguage: string | null;
  language: string | null;
  timeZone: string;
  secondFactorRule: SecondFactorRule;
  isSetUp: number | boolean;
  showsFirstSteps: number | boolean;
};

/** Active users, each with the organization data that a request needs. */
export function selectCurrentUsers(db: Database): Knex.QueryBuilder {
  const factors = db("second_factors").where("second_factors.user_id", db.ref("users.id"));
  return selectUsers(db)
    .join("organizations as own", "own.id", "users.organization_id")
    .modify(active, db)
    .select({ name: "own.name", plan: "own.plan", secondFactorRule: "own.second_factor_rule" })
    .select({ ownLanguage: "users.language", language: "own.language", timeZone: "own.time_zone" })
    .select({ showsFirstSteps: "own.shows_first_steps" })
    .select(db.raw("exists ? as ??", [factors.select("user_id"), "isSetUp"]));
}

export function toCurrentUser(row: CurrentUserRow): CurrentUser {
  const organization = { id: row.organizationId, name: row.name, plan: row.plan };
  const languages = { own: row.ownLanguage, organization: row.language };
  const factor = { isSetUp: Boolean(row.isSetUp), secondFactorRule: row.secondFactorRule };
  const { timeZone } = row;
  return Object.assign(toUser(row), {
    organization,
    languages,
    timeZone,
    factor,
    showsFirstSteps: Boolean(row.showsFirstSteps),
  });
}

const currentUser = prepared<{ id: number }, CurrentUserRow>((db, $) => selectCurrentUsers(db).where("users.id", $.id));

/** An active user with the organization; undefined for anyone else. */
export async function findCurrentUser(db: Database, id: number): Promise<CurrentUser | undefined> {
  const row = await currentUser.first(db, { id });
  return row && toCurrentUser(row);
}
