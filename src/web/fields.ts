import { z } from "zod";
import { isLanguage, words } from "../words/words.ts";

// Fields that several forms share.

/** A checkbox, which is checked or not sent. */
export const checkbox = z
  .literal("on", { error: () => words().common.tickTheBox })
  .optional()
  .transform((value) => value === "on");

/** The version that an edit form was opened with; undefined if it was not sent, so there is nothing to compare. */
export const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .optional()
  .catch(undefined);

const noLanguage = { error: () => words().fields.language.choose };
/** The select Language; null where none is chosen. */
export const language = z
  .string(noLanguage)
  .refine((text) => text === "" || isLanguage(text), noLanguage)
  .transform((text) => text || null);
