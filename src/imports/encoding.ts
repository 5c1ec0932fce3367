import { ValidationError } from "../roles/errors.ts";
import { words } from "../words/words.ts";

// What spreadsheets save. Everything but UTF-8 and UTF-16 looks alike, so that a person has to say which it is.

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
/** `mark`: whether it begins with a byte order mark. */
export type EncodedText = { text: string; encoding: Encoding; mark: boolean };

/**
 * @param encoding what a person says that it is
 * @returns undefined where nobody has said it, and it is not UTF-8
 * @throws ValidationError where it is damaged
 */
export function decodeFile(bytes: Uint8Array, encoding?: "windows-1252"): EncodedText | undefined {
  const found = encoding ?? detectEncoding(bytes);
  try {
    const text = new TextDecoder(found, { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = text.startsWith("\u{feff}");
    return { text: mark ? text.slice(1) : text, encoding: found, mark };
  } catch {
    if (found === "utf-8") return undefined;
    throw new ValidationError({ file: words().imports.damaged });
  }
}

function detectEncoding([first, second, , fourth]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Without a mark: the names of columns are ASCII, of which every second byte is 0.
  return first !== 0 && second === 0 && fourth === 0 ? "utf-16le" : "utf-8";
}

/** The reverse. */
export function encodeFile({ text, encoding, mark }: EncodedText): Buffer {
  const whole = mark ? `\u{feff}${text}` : text;
  if (encoding === "utf-8") return Buffer.from(whole);
  if (encoding === "windows-1252") return Buffer.from(Array.from(whole, (letter) => windows1252.get(letter) ?? 0x3f));
  const bytes = Buffer.from(whole, "utf16le");
  return encoding === "utf-16be" ? bytes.swap16() : bytes;
}

const windows1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte]),
);
