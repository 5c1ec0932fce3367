import type { Response } from "express";
import { compressText } from "./encoding.ts";

/**
 * Sends text that nobody caches (`no-store`): without the ETag that Express would compute, and in one piece with its
 * headers.
 */
export function sendText(res: Response, type: string, text: string): void {
  const body = compressText(res, text);
  res.setHeader("Content-Type", type);
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.end(body);
}
