import type { Deps } from "../deps.ts";
import { statusOf } from "../web/errors.ts";
import { FormRefused } from "../web/form.ts";

/** Counts for /metrics why a step of a log-in let nobody in. @param refused what a wrong password or code counts as */
export async function countingRefusals<T>(
  { metrics }: Pick<Deps, "metrics">,
  refused: "refused" | "wrong_code",
  step: () => Promise<T>,
): Promise<T> {
  return step().catch((error: unknown) => {
    const held = statusOf(error) === 429 ? "held_back" : "failed";
    metrics.countLogIn(error instanceof FormRefused ? refused : held);
    throw error;
  });
}
