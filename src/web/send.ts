import type { Response } from "express";
import { compressText } from "./encoding.ts";

/**
 * Sends a text that nobody keeps (`no-store`): without the ETag that Express would compute for it, and in one piece with
 * its headers.
 */
export function sendText(res: Response, type: string, text: string): void {
  const body = compressText(res, text);
  res.setHeader("Content-Type", type);
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.end(body);
}
