/** The length of the window in seconds. */
export const windowSeconds = 60;

/** Whether it is one too many, how many are left, and the seconds until the count starts again. */
export type Counted = { isOver: boolean; left: number; seconds: number };

/** Counts each sender's requests per minute up to a limit. In memory: reading writes nothing. */
export function countRequests(limit: number): (sender: string) => Counted {
  const counts = new Map<string, { used: number; endsAt: number }>();
  let nextCleanUp = 0;
  return (sender) => {
    const now = Date.now();
    // Once a window: with many senders, a look at all of them at each request would keep everyone waiting.
    if (now >= nextCleanUp) {
      for (const [key, { endsAt }] of counts) if (endsAt <= now) counts.delete(key);
      nextCleanUp = now + windowSeconds * 1_000;
    }
    const known = counts.get(sender);
    const count = known && known.endsAt > now ? known : { used: 0, endsAt: now + windowSeconds * 1_000 };
    count.used += 1;
    counts.set(sender, count);
    const seconds = Math.ceil((count.endsAt - now) / 1_000);
    return { isOver: count.used > limit, left: Math.max(0, limit - count.used), seconds };
  };
}
