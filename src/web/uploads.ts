import type { RequestHandler } from "express";
import { atFirstRequest } from "./at-first-request.ts";
import { HttpError } from "./errors.ts";
import { undecoded } from "./utf8.ts";

const mostBytes = 5 * 1024 * 1024;
/** The parts' own headers and the token beside the file. */
const mostOverhead = 16 * 1024;
/** Past this nobody sent a photo by mistake: the connection is closed. */
const mostForgotten = 100 * 1024 * 1024;
const tooLarge = "That file is larger than 5 MB. Choose a smaller one, or save it with less detail.";

/**
 * Reads a form with one file of at most 5 MB into memory, after the length it announces was looked at. A file left
 * out comes as undefined.
 * @throws HttpError 413, 415 or 400
 */
export function uploadedFile(field: string): RequestHandler {
  const read = atFirstRequest(async () => {
    const { default: multer } = await import("multer");
    const limits = { fileSize: mostBytes, files: 1, fields: 5, parts: 7, fieldSize: 10_000 };
    return multer({ storage: multer.memoryStorage(), limits }).single(field);
  });
  return (req, res, next) => {
    if (!req.is("multipart/form-data")) throw new HttpError(415);
    const length = Number(req.get("Content-Length") ?? 0);
    if (length > mostForgotten) throw new HttpError(413, tooLarge, { Connection: "close" });
    // Answered before it is read; Node.js then takes the rest in and forgets it, since a browser that is cut off while
    // it sends shows an error of its own instead of our page.
    if (length > mostBytes + mostOverhead) throw new HttpError(413, tooLarge);
    read(req, res, (error: unknown) => next(error ? uploadError(error) : undecoded({ ...req.body })));
  };
}

function uploadError(error: unknown): HttpError {
  const tooMuch = error instanceof Error && "code" in error && error.code === "LIMIT_FILE_SIZE";
  return tooMuch
    ? new HttpError(413, tooLarge)
    : new HttpError(400, "The file did not arrive whole. Go back and choose it again.");
}
