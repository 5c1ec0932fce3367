import express, { type Request, type RequestHandler, type Response } from "express";
import { whenTooLarge } from "./body-limit.ts";
import { HttpError } from "./errors.ts";
import { wordsFor } from "./language.ts";
import { requireUtf8 } from "./utf8.ts";

const maxBytes = 64 * 1024;
const read = express.urlencoded({
  extended: false,
  limit: maxBytes,
  parameterLimit: 100,
  verify: (req, res, bytes) => requireUtf8(bytes, wordsFor(req as Request, res as Response)),
});

/**
 * Reads the fields of a form within this many milliseconds, because forms are small. (A photo has the server's five
 * minutes.)
 * @throws HttpError 400 if they are not UTF-8; 413; 415 for another encoding, because only routes that read a file
 * accept files; 408 if they come too slowly
 */
export function formFields(timeoutMs = 30_000): RequestHandler {
  return (req, res, next) => {
    if (req.get("Content-Type") !== undefined && !req.is("application/x-www-form-urlencoded")) throw new HttpError(415);
    // Before anything is read: the parser would read all of it first.
    if (Number(req.get("Content-Length") ?? 0) > maxBytes) throw new HttpError(413);
    let isSettled = false;
    const settle = (error?: unknown): void => {
      clearTimeout(late);
      if (!isSettled) next(error);
      isSettled = true;
    };
    // The parser would wait for an end that may never come; the connection closes after our page is sent.
    const late = setTimeout(() => {
      res.set("Connection", "close").once("finish", () => req.destroy());
      settle(new HttpError(408));
    }, timeoutMs);
    whenTooLarge(req, maxBytes, () => settle(new HttpError(413)));
    read(req, res, settle);
  };
}
