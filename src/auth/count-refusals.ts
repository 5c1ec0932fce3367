import type { Deps } from "../deps.ts";
import { TooManyAttempts, ValidationError } from "../roles/errors.ts";

/** Counts for /metrics why a log-in step failed. @param refused what a wrong password or code counts as */
export async function countingRefusals<T>(
  { metrics }: Pick<Deps, "metrics">,
  refused: "refused" | "wrong_code",
  step: () => Promise<T>,
): Promise<T> {
  return step().catch((error: unknown) => {
    const outcome = error instanceof TooManyAttempts ? "held_back" : "failed";
    metrics.countLogIn(error instanceof ValidationError ? refused : outcome);
    throw error;
  });
}
