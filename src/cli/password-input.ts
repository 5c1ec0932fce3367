import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { decodeText } from "../platform/text-file.ts";
import { ValidationError } from "../roles/errors.ts";

/** Far more than any password, so that a large file piped in by mistake is refused early. */
const maxBytes = 100_000;

/**
 * The first line of standard input without its line end and byte order mark. At a terminal the command prompts twice
 * and does not show the input, because a mistyped password would lock out its user.
 * @throws ValidationError if it is not UTF-8 or contains a carriage return: no page would ever send the same
 */
export async function readPassword(): Promise<string> {
  return process.stdin.isTTY ? ask("password", 2) : firstLine(process.stdin, "password");
}

/** The same for an existing secret, with one prompt. @param name its name in messages */
export async function readSecret(name: string): Promise<string> {
  return process.stdin.isTTY ? ask(name, 1) : firstLine(process.stdin, name);
}

async function firstLine(input: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (chunk.includes("\n") || length > maxBytes) break;
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf("\n");
  const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end));
  if (text === undefined) throw new ValidationError(`${name}: Standard input is not UTF-8 text`);
  const line = text.replace(/\r+$/, "");
  if (line.includes("\r"))
    throw new ValidationError(`${name}: Standard input has a carriage return inside the first line`);
  return line;
}

/** @throws ValidationError if nothing is typed, or two different values */
async function ask(name: string, times: number): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(`Enter the ${name} (not shown): `);
  const typed: string[] = [];
  // Ends early if Ctrl-C or Ctrl-D is pressed.
  for await (const line of reader) {
    typed.push(line);
    if (typed.length === times) break;
    process.stderr.write(`\nEnter the ${name} again: `);
  }
  reader.close();
  process.stderr.write("\n");
  const [first] = typed;
  if (first === undefined || typed.length < times) throw new ValidationError(`${name}: Nothing was entered`);
  if (typed.some((line) => line !== first))
    throw new ValidationError(`${name}: The entries don't match. Nothing was changed`);
  return first;
}
