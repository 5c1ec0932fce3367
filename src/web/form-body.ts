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
 * Reads the fields of a form, in so many milliseconds: a form is small. (A photo has the server's own five minutes.)
 * @throws HttpError 400 where they are not in UTF-8; 413; 415 where it was encoded otherwise: files belong to the routes that read one; 408 where it came too slowly
 */
export function formFields(timeoutMs = 30_000): RequestHandler {
  return (req, res, next) => {
    if (req.get("Content-Type") !== undefined && !req.is("application/x-www-form-urlencoded")) throw new HttpError(415);
    // Before a byte is read: the parser would take all of it in first.
    if (Number(req.get("Content-Length") ?? 0) > maxBytes) throw new HttpError(413);
    let isSettled = false;
    const settle = (error?: unknown): void => {
      clearTimeout(late);
      if (!isSettled) next(error);
      isSettled = true;
    };
    // The parser itself would wait for the end of what never comes; the connection is closed once our page has left.
    const late = setTimeout(() => {
      res.set("Connection", "close").once("finish", () => req.destroy());
      settle(new HttpError(408));
    }, timeoutMs);
    whenTooLarge(req, maxBytes, () => settle(new HttpError(413)));
    read(req, res, settle);
  };
}
