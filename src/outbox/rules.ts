const minute = 60_000;
const hour = 60 * minute;

/** How long to try, in milliseconds. */
export const maxRetryMs = 72 * hour;

/**
 * The pause after a failed try: one minute, doubled each time, at most six hours. @param tries how many, starting at 1
 */
export function retryDelay(tries: number): number {
  return Math.min(minute * 2 ** (tries - 1), 6 * hour);
}

/** Why it is not tried again. */
export type Failure = "refused" | "given-up" | "expired" | "unreadable" | "restored";
