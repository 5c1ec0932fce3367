import { z } from "zod";

/**
 * An ID as people and programs write it: only plain digits, so that each thing has one address, and at most nine of
 * them.
 */
export const idPattern = /^[1-9]\d{0,8}$/;

/** The ID in a text, or undefined. */
export function parseId(text: unknown): number | undefined {
  return typeof text === "string" && idPattern.test(text) ? Number(text) : undefined;
}

/** An ID as a number, such as in a cursor: PostgreSQL refuses to compare an ID of more than 31 bits. */
export const idNumber = z.int().min(1).max(999_999_999);
