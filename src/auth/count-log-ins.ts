import type { Deps } from "../deps.ts";
import { Refusal, TooManyTries } from "../roles/refusal.ts";

/** Counts for /metrics why a step of a log-in let nobody in. @param refused what a wrong password or code counts as */
export async function countingRefusals<T>(
  { metrics }: Pick<Deps, "metrics">,
  refused: "refused" | "wrong_code",
  step: () => Promise<T>,
): Promise<T> {
  return step().catch((error: unknown) => {
    const held = error instanceof TooManyTries ? "held_back" : "failed";
    metrics.countLogIn(error instanceof Refusal ? refused : held);
    throw error;
  });
}
