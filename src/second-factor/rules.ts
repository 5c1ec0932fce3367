import type { Role } from "../roles/roles.ts";
import { isRequired, type SecondFactorRule } from "../roles/second-factor-rule.ts";
import { words } from "../words/words.ts";

/** @returns why not, or undefined */
export function turnOffError(rule: SecondFactorRule, role: Role): string | undefined {
  return rule === "optional" || !isRequired(rule, role) ? undefined : words().secondFactor.turnOff.refused[rule];
}
