import { hash, randomBytes } from "node:crypto";

/** 256 random bits as 43 characters that are safe in an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * How session IDs, one-time links and API keys are stored and looked up: SHA-256 in hexadecimal. They are long and
 * random, so a slower hash is not needed (NIST SP 800-63B-4, 3.1.2.2).
 */
export function hashToken(token: string): string {
  return hash("sha256", token);
}
