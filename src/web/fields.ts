import { z } from "zod";
import { words } from "../words/words.ts";

// What fields of several forms have in common.

/** A box that is ticked or not sent at all. */
export const checkbox = z
  .literal("on", { error: () => words().common.tickTheBox })
  .optional()
  .transform((value) => value === "on");

/** The version that an edit form was opened with; undefined where it was not sent, and nothing can be compared. */
export const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .optional()
  .catch(undefined);
