import type { RequestHandler } from "express";
import multer from "multer";
import { HttpError } from "./errors.ts";

const mostBytes = 5 * 1024 * 1024;
/** The parts' own headers and the token beside the file. */
const mostOverhead = 16 * 1024;
const tooLarge = "That file is larger than 5 MB. Choose a smaller one, or save it with less detail.";

/**
 * Reads a form with one file of at most 5 MB into memory, after the length it announces was looked at. A file left
 * out comes as undefined.
 * @throws HttpError 413, 415 or 400
 */
export function uploadedFile(field: string): RequestHandler {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: mostBytes, files: 1, fields: 5, parts: 7, fieldSize: 10_000 },
  }).single(field);
  return (req, res, next) => {
    if (!req.is("multipart/form-data")) throw new HttpError(415);
    if (Number(req.get("Content-Length") ?? 0) > mostBytes + mostOverhead) {
      // The rest is not read: the browser gets its answer at once.
      throw new HttpError(413, tooLarge, { Connection: "close" });
    }
    read(req, res, (error: unknown) => next(error && uploadError(error)));
  };
}

function uploadError(error: unknown): HttpError {
  const tooMuch = error instanceof multer.MulterError && error.code === "LIMIT_FILE_SIZE";
  return tooMuch
    ? new HttpError(413, tooLarge)
    : new HttpError(400, "The file did not arrive whole. Go back and choose it again.");
}
