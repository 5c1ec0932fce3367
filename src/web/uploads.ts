import type { RequestHandler, Response } from "express";
import { type Words, words } from "../words/words.ts";
import { whenTooLarge } from "./body-limit.ts";
import { HttpError } from "./errors.ts";
import { wordsFor } from "./language.ts";
import { onFirstRequest } from "./on-first-request.ts";
import { findUndecoded } from "./utf8.ts";

/** How large a file can be, and what to say about a larger one. */
export type FileLimit = { maxBytes: number; tooLarge: (texts: Words) => string };

const photo: FileLimit = { maxBytes: 5 * 1024 * 1024, tooLarge: ({ errors }) => errors.fileTooLarge };
/** Room for the parts' headers and the token next to the file. */
const maxOverhead = 16 * 1024;
/** Files being received now, in memory. */
const maxUploads = 20;

let uploads = 0;

/**
 * Call it before reading a file. It counts until the response is sent or the request is aborted. @throws HttpError 503
 * if 20 are being received already
 */
export function countUpload(res: Response): void {
  if (uploads >= maxUploads) throw new HttpError(503, "", { "Retry-After": "10" });
  uploads += 1;
  res.once("close", () => {
    uploads -= 1;
  });
}

/**
 * Reads a form with one file (by default at most 5 MB) into memory, after checking the announced length. A missing file
 * is undefined.
 * @throws HttpError 413, 415, 400 or 503
 */
export function uploadedFile(field: string, limit: FileLimit = photo): RequestHandler {
  const { maxBytes, tooLarge } = limit;
  const read = onFirstRequest(async () => {
    const { default: multer } = await import("multer");
    const limits = { fileSize: maxBytes, files: 1, fields: 5, parts: 7, fieldSize: 10_000 };
    const parse = multer({ storage: multer.memoryStorage(), limits }).single(field);
    return (req, res, next) => {
      const texts = wordsFor(req, res);
      let isSettled = false;
      const settle = (error?: unknown): void => {
        if (!isSettled) next(error);
        isSettled = true;
      };
      whenTooLarge(req, maxBytes + maxOverhead, () => settle(new HttpError(413, tooLarge(texts))));
      parse(req, res, settle);
    };
  });
  return (req, res, next) => {
    if (!req.is("multipart/form-data")) throw new HttpError(415);
    const length = Number(req.get("Content-Length") ?? 0);
    if (length > maxBytes + maxOverhead) throw new HttpError(413, tooLarge(words()));
    countUpload(res);
    // Outside the parser's callbacks, which lose the request's language.
    const texts = words();
    read(req, res, (error: unknown) =>
      next(error ? uploadError(error, texts, limit) : findUndecoded({ ...req.body }, texts)),
    );
  };
}

function uploadError(error: unknown, texts: Words, { tooLarge }: FileLimit): HttpError {
  if (error instanceof HttpError) return error;
  const tooMuch = error instanceof Error && "code" in error && error.code === "LIMIT_FILE_SIZE";
  return tooMuch ? new HttpError(413, tooLarge(texts)) : new HttpError(400, texts.errors.fileIncomplete);
}
