import type { Transform } from "node:stream";
import { brotliCompressSync, constants, createBrotliCompress, createGzip, gzipSync } from "node:zlib";
import type { Response } from "express";

// Pages are compressed synchronously, in a fifth of a millisecond: in a pool thread they would wait behind password
// hashes.

export type Encoding = "br" | "gzip";

/** Of 11: a higher level takes more time than the smaller page saves. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** Anything shorter fits into one packet anyway. In bytes. */
const minCompressedLength = 1_024;

/**
 * Sets the headers for the encoding of a response of this length, as the client accepts it.
 * @returns undefined if it is sent as it is
 */
export function chooseEncoding(res: Response, length: number): Encoding | undefined {
  res.vary("Accept-Encoding");
  if (length < minCompressedLength) return undefined;
  const encoding = (["br", "gzip"] as const).find((known) => res.req.acceptsEncodings(known));
  if (encoding) res.setHeader("Content-Encoding", encoding);
  return encoding;
}

export function compressText(res: Response, text: string): string | Buffer {
  const encoding = chooseEncoding(res, text.length);
  if (!encoding) return text;
  return encoding === "br" ? brotliCompressSync(text, brotli) : gzipSync(text);
}

/** The encoder for text that is created while it is sent. */
export function compressionStreams(res: Response): Transform[] {
  const encoding = chooseEncoding(res, Number.POSITIVE_INFINITY);
  if (!encoding) return [];
  return [encoding === "br" ? createBrotliCompress(brotli) : createGzip()];
}
