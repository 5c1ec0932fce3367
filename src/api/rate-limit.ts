import type { Response } from "express";
import { countRequests, windowSeconds } from "../throttling/count-requests.ts";
import { Problem } from "./problems.ts";

/** Counts one request of a key. @throws Problem too-many-requests */
export type RateLimit = (key: string, res: Response) => void;

/** The limit of requests per minute for each key. */
export function rateLimit(limit: number): RateLimit {
  const policy = `"key";q=${limit};w=${windowSeconds}`;
  const count = countRequests(limit);
  return (key, res) => {
    const { isOver, left, seconds } = count(key);
    res.setHeader("RateLimit-Policy", policy);
    res.setHeader("RateLimit", `"key";r=${left};t=${seconds}`);
    if (isOver) throw new Problem("too-many-requests", { headers: { "Retry-After": String(seconds) } });
  };
}
