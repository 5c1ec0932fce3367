import type { IncomingMessage } from "node:http";

/** Past this nobody sent something by mistake. Bytes. */
const maxDiscarded = 100 * 1024 * 1024;

/**
 * Calls back as soon as more than `maxBytes` of the body have come. Where it is sent in chunks, which announce no length, the
 * parsers would read on to an end that may never come. To be called in the same turn as the parser: data begins to flow.
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
 * Whether the rest of a body that is answered before it has come is not to be read. What announces how long it is, is
 * read and forgotten up to 100 MB, since a browser that is cut off while it sends shows an error of its own instead of
 * our page; no browser sends a form in chunks.
 */
export function isCutOff(req: IncomingMessage): boolean {
  if (req.complete) return false;
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > maxDiscarded;
}
