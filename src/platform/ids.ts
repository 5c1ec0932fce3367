import { z } from "zod";

/** An id as people and programs write it: plain digits alone, so that each thing has one address; at most nine of them. */
export const idForm = /^[1-9]\d{0,8}$/;

/** The id that a text is; undefined where it is none. */
export function idOf(text: unknown): number | undefined {
  return typeof text === "string" && idForm.test(text) ? Number(text) : undefined;
}

/** The same as a number, in a cursor say: PostgreSQL refuses to compare an id with more than 31 bits. */
export const idNumber = z.int().min(1).max(999_999_999);
