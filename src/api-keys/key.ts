import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const prefix = "roster_";
const randomLength = 30;
const checksumLength = 6;

/** A new key: "roster_", 30 random characters of base62 (178 bits) and six for the CRC-32 of both. */
export function generateKeyValue(): string {
  const random = Array.from({ length: randomLength }, () => digits[randomInt(digits.length)]).join("");
  return prefix + random + checksum(prefix + random);
}

/** Whether the text was meant as a key, even with a typing error. */
export function looksLikeKey(text: string): boolean {
  return /^roster_[0-9A-Za-z]{36}$/.test(text);
}

/** Whether the text can be a key: a typing error costs no lookup, and a secret scanner needs no database. */
export function isWellFormedKey(text: string): boolean {
  const body = text.slice(0, -checksumLength);
  return looksLikeKey(text) && checksum(body) === text.slice(-checksumLength);
}

/** The start of the key, by which people recognize it; it reveals 4 of the 30 random characters. */
export function keyStart(key: string): string {
  return key.slice(0, 11);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let result = "";
  for (let i = 0; i < checksumLength; i++) {
    result = digits.charAt(rest % digits.length) + result;
    rest = Math.floor(rest / digits.length);
  }
  return result;
}
