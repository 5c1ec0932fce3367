import { randomBytes } from "node:crypto";
import { z } from "zod";
import { hashToken } from "../platform/secrets.ts";
import { words } from "../words/words.ts";
import { base32 } from "./totp.ts";

/** 120 random bits each: more than 112, so a plain hash is enough (OWASP ASVS 5.0, 6.5.2). */
const [codeCount, bytes] = [10, 15];

/** The field Code: the six digits of the app, or a recovery code. */
export const code = z
  .string({ error: () => words().logInCode.enter })
  .trim()
  .min(1, { error: () => words().logInCode.enter })
  .max(100, { error: () => words().logInCode.tooLong });

/** Ten recovery codes, as shown once. */
export function generateRecoveryCodes(): string[] {
  return Array.from({ length: codeCount }, () => groupByFour(base32(randomBytes(bytes)).toLowerCase(), "-"));
}

/** As people read it out and type it. */
export function groupByFour(text: string, between = " "): string {
  return (text.match(/.{1,4}/g) ?? []).join(between);
}

/** The input without separators between groups and without invisible characters from copying. */
const plain = (typed: string): string => typed.replace(/[^a-z\d]/gi, "").toLowerCase();

/** The six digits of an authenticator's code, or undefined. */
export function parseDigits(typed: string): string | undefined {
  const code = plain(typed);
  return /^[0-9]{6}$/.test(code) ? code : undefined;
}

/** How a recovery code is stored and looked up. */
export function hashRecoveryCode(typed: string): string {
  return hashToken(plain(typed));
}
