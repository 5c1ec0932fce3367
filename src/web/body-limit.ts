import type { IncomingMessage } from "node:http";

/** Nobody sends more than this by mistake. Bytes. */
const maxDiscarded = 100 * 1024 * 1024;

/**
 * Calls back as soon as more than `maxBytes` of the body have arrived. With chunks, which announce no length, the
 * parsers would read on to an end that may never come. Call it in the same tick as the parser, because data starts to
 * flow.
 */
export function whenTooLarge(req: IncomingMessage, maxBytes: number, callBack: () => void): void {
  let received = 0;
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received <= maxBytes) return;
    req.off("data", count);
    callBack();
  };
  req.on("data", count);
}

/**
 * Whether to skip reading the rest of a body after an early response. A body with an announced length of up to 100 MB
 * is read and discarded, because a browser that is cut off while sending shows its own error instead of our page. No
 * browser sends a form in chunks.
 */
export function isCutOff(req: IncomingMessage): boolean {
  if (req.complete) return false;
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > maxDiscarded;
}
