import { createHmac, timingSafeEqual } from "node:crypto";

// Time-based codes: RFC 6238 over RFC 4226, in the one form that every authenticator supports (SHA-1, 30 seconds, 6
// digits).

const stepSeconds = 30;
/** Clocks differ, and typing takes time: the steps before and after the current one are accepted (RFC 6238, 5.2). */
const window = 1;

/** The number of the 30-second step of a moment. @param now milliseconds */
export function stepAt(now: number = Date.now()): number {
  return Math.floor(now / 1_000 / stepSeconds);
}

/** The code of a time step. @param digits 6 except in the RFC's own examples */
export function totp(secret: Buffer, step: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The time step around now with this code; undefined if there is none. @param now milliseconds */
export function matchingStep(secret: Buffer, code: string, now: number = Date.now()): number | undefined {
  const present = stepAt(now);
  // Compares all of them, so that the time reveals nothing.
  const steps = Array.from({ length: 2 * window + 1 }, (_, index) => present - window + index);
  const matching = steps.filter((step) => isEqual(totp(secret, step), code));
  return matching.at(-1);
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, without padding: the format that authenticators read. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/** The QR code's content for an authenticator. */
export function otpauthUri(secret: Buffer, email: string): string {
  const query = new URLSearchParams({ secret: base32(secret), issuer: "Roster" });
  return `otpauth://totp/${encodeURIComponent(`Roster:${email}`)}?${query}`;
}
