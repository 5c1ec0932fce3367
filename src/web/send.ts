import type { Response } from "express";

/**
 * Sends a text that nobody keeps (`no-store`): without the ETag that Express would compute for it, and in one piece with
 * its headers.
 */
export function sendText(res: Response, type: string, text: string): void {
  res.setHeader("Content-Type", type);
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}
