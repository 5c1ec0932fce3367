import type { Response } from "express";
import { Problem } from "./problems.ts";

const window = 60_000;

/** Counts one request of a key. @throws Problem too-many-requests */
export type RateLimit = (key: string, res: Response) => void;

/** The limit of requests per minute for each key, counted in memory: reading through the API writes nothing. */
export function rateLimit(limit: number): RateLimit {
  const policy = `"key";q=${limit};w=${window / 1_000}`;
  const counts = new Map<string, { used: number; endsAt: number }>();
  return (key, res) => {
    const now = Date.now();
    if (counts.size > 10_000) for (const [id, { endsAt }] of counts) if (endsAt <= now) counts.delete(id);
    const known = counts.get(key);
    const count = known && known.endsAt > now ? known : { used: 0, endsAt: now + window };
    count.used += 1;
    counts.set(key, count);
    const seconds = Math.ceil((count.endsAt - now) / 1_000);
    res.setHeader("RateLimit-Policy", policy);
    res.setHeader("RateLimit", `"key";r=${Math.max(0, limit - count.used)};t=${seconds}`);
    if (count.used > limit) throw new Problem("too-many-requests", { headers: { "Retry-After": String(seconds) } });
  };
}
