import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { decodeText } from "../platform/text-file.ts";
import { Refusal } from "./command.ts";

/** Far more than any password; whoever pipes a film into a command is told so early. */
const mostBytes = 100_000;

/**
 * The first line of standard input without its line end and a byte order mark; on a terminal it is asked for and not shown.
 * @throws Refusal where it is not UTF-8 or has a carriage return inside: no page would ever send the same
 */
export async function readPassword(): Promise<string> {
  return readSecret("password");
}

/** The same for another secret. @param name what messages call it */
export async function readSecret(name: string): Promise<string> {
  return process.stdin.isTTY ? ask(name) : firstLine(process.stdin, name);
}

async function firstLine(input: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    length += chunk.length;
    if (chunk.includes("\n") || length > mostBytes) break;
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf("\n");
  const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end));
  if (text === undefined) throw new Refusal(`${name}: Standard input is not UTF-8 text`);
  const line = text.replace(/\r+$/, "");
  if (line.includes("\r")) throw new Refusal(`${name}: Standard input has a carriage return inside the first line`);
  return line;
}

async function ask(name: string): Promise<string> {
  process.stderr.write(`The ${name} (it is not shown): `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise<string>((resolve, reject) => {
    reader.once("line", (line) => {
      resolve(line);
      reader.close();
    });
    // After the line this comes too late to matter; before it, somebody pressed Ctrl-C or Ctrl-D.
    reader.once("close", () => {
      process.stderr.write("\n");
      reject(new Refusal(`${name}: None was given`));
    });
  });
}
