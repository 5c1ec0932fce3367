import type { Transform } from "node:stream";
import { brotliCompressSync, constants, createBrotliCompress, createGzip, gzipSync } from "node:zlib";
import type { Response } from "express";

// A page is packed at once, in a fifth of a millisecond: in a thread of its own it would wait behind passwords that are
// being hashed.

export type Encoding = "br" | "gzip";

/** Of 11: more would take longer than the shorter way saves. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** What is shorter fits one packet anyway. In bytes. */
const minCompressedLength = 1_024;

/**
 * Says in the headers how an answer of this length is packed, as whoever asks takes it.
 * @returns undefined: it is sent as it is
 */
export function chooseEncoding(res: Response, length: number): Encoding | undefined {
  res.vary("Accept-Encoding");
  if (length < minCompressedLength) return undefined;
  const encoding = (["br", "gzip"] as const).find((known) => res.req.acceptsEncodings(known));
  if (encoding) res.setHeader("Content-Encoding", encoding);
  return encoding;
}

/** A text as it is sent. */
export function compressText(res: Response, text: string): string | Buffer {
  const encoding = chooseEncoding(res, text.length);
  if (!encoding) return text;
  return encoding === "br" ? brotliCompressSync(text, brotli) : gzipSync(text);
}

/** What a text goes through that is made while it is sent. */
export function compressionStreams(res: Response): Transform[] {
  const encoding = chooseEncoding(res, Number.POSITIVE_INFINITY);
  if (!encoding) return [];
  return [encoding === "br" ? createBrotliCompress(brotli) : createGzip()];
}
