import { isUtf8 } from "node:buffer";
import type { RequestHandler } from "express";
import { type Words, words } from "../words/words.ts";
import { HttpError } from "./errors.ts";

// Decoders replace anything but UTF-8 with U+FFFD, and Roster would store that as the person's input.

const refused = (given = words()): HttpError => new HttpError(400, given.errors.notUtf8);

/** Whether the bytes, including those encoded with "%", are UTF-8. */
function isEncodedUtf8(bytes: Buffer): boolean {
  const runs = bytes.toString("latin1").match(/(?:%[\da-f]{2})+/gi) ?? [];
  return isUtf8(bytes) && runs.every((run) => isUtf8(Buffer.from(run.replaceAll("%", ""), "hex")));
}

/** Needs no further check. */
const plain = /^[!-$&-~]*$/;

/** @param url as Node.js has it, one byte per character */
export const isUtf8Url = (url: string): boolean => plain.test(url) || isEncodedUtf8(Buffer.from(url, "latin1"));

/** For raw form fields. Also refuses a "%" that encodes nothing, because no browser sends one. @throws HttpError 400 */
export function requireUtf8(bytes: Buffer, given: Words): void {
  if (!isEncodedUtf8(bytes) || /%(?![\da-f]{2})/i.test(bytes.toString("latin1"))) throw refused(given);
}

/** For decoded fields in which nobody types U+FFFD. @returns HttpError 400 if one has it */
export function findUndecoded(fields: Record<string, unknown>, given: Words): HttpError | undefined {
  return Object.values(fields).some((value) => String(value).includes("\ufffd")) ? refused(given) : undefined;
}

/** For addresses, where people type a "%" by hand. */
export const requireUtf8Url: RequestHandler = (req, _res, next) => {
  next(isUtf8Url(req.url) ? undefined : refused());
};
