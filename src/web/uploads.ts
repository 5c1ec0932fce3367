import type { RequestHandler, Response } from "express";
import { onFirstRequest } from "./at-first-request.ts";
import { whenTooLarge } from "./body-limit.ts";
import { HttpError } from "./errors.ts";
import { undecoded } from "./utf8.ts";

const maxBytes = 5 * 1024 * 1024;
/** The parts' own headers and the token beside the file. */
const maxOverhead = 16 * 1024;
/** Files that are being received at once, in memory. */
const maxUploads = 20;
const tooLarge = "That file is larger than 5 MB. Choose a smaller one, or save it with less detail.";

let uploads = 0;

/** To be called before a file is read. It counts until it is answered, or given up. @throws HttpError 503 where 20 are received already */
export function countUpload(res: Response): void {
  if (uploads >= maxUploads) throw new HttpError(503, "", { "Retry-After": "10" });
  uploads += 1;
  res.once("close", () => {
    uploads -= 1;
  });
}

/**
 * Reads a form with one file of at most 5 MB into memory, after the length it announces was looked at. A file left
 * out comes as undefined.
 * @throws HttpError 413, 415, 400 or 503
 */
export function uploadedFile(field: string): RequestHandler {
  const read = onFirstRequest(async () => {
    const { default: multer } = await import("multer");
    const limits = { fileSize: maxBytes, files: 1, fields: 5, parts: 7, fieldSize: 10_000 };
    const parse = multer({ storage: multer.memoryStorage(), limits }).single(field);
    return (req, res, next) => {
      let isSettled = false;
      const settle = (error?: unknown): void => {
        if (!isSettled) next(error);
        isSettled = true;
      };
      whenTooLarge(req, maxBytes + maxOverhead, () => settle(new HttpError(413, tooLarge)));
      parse(req, res, settle);
    };
  });
  return (req, res, next) => {
    if (!req.is("multipart/form-data")) throw new HttpError(415);
    const length = Number(req.get("Content-Length") ?? 0);
    if (length > maxBytes + maxOverhead) throw new HttpError(413, tooLarge);
    countUpload(res);
    read(req, res, (error: unknown) => next(error ? uploadError(error) : undecoded({ ...req.body })));
  };
}

function uploadError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const tooMuch = error instanceof Error && "code" in error && error.code === "LIMIT_FILE_SIZE";
  return tooMuch
    ? new HttpError(413, tooLarge)
    : new HttpError(400, "The file did not arrive whole. Go back and choose it again.");
}
