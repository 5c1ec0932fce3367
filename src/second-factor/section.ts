import type { Database } from "../database/database.ts";
import type { User } from "../roles/people.ts";
import { isRequired, type SecondFactorRule } from "../roles/second-factor-rule.ts";
import { formatTime } from "../words/times.ts";
import { findSecondFactor } from "./queries.ts";

/** The Second factor section of a User profile or your own page. */
export async function factorSection(
  db: Database,
  user: User,
  { rule, isOwn }: { rule: SecondFactorRule; isOwn: boolean },
) {
  const factor = await findSecondFactor(db, user.id);
  return {
    isOwn,
    since: factor && formatTime(factor.setUpAt),
    codesLeft: factor?.codesLeft ?? 0,
    isRequired: isRequired(rule, user.role),
  };
}
