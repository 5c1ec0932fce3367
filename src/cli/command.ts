import type { z } from "zod";
import type { PrintList } from "./print-list.ts";

export type Command<Schema extends z.ZodObject = z.ZodObject> = {
  does: string;
  /** What may be typed after the command's name; each field has a `.meta()` for --help (options.ts). */
  schema: Schema;
  /** The field that is typed without an option's name. */
  word?: string;
  /** What is typed after the command's name, for example. */
  example: string;
  /** @throws Refusal where nothing was done */
  run(input: z.output<Schema>, printList: PrintList): Promise<Outcome | "printed">;
};

/** Has `run` know what its schema gives. */
export const defineCommand = <Schema extends z.ZodObject>(command: Command<Schema>): Command<Schema> => command;

/** The lines that say what was done; `json`: the same for programs, in the API's words (camelCase, a list is `data`); `failed`: exits 1. */
export type Outcome = { lines: string[]; json: object; failed?: boolean };

/** Several reasons, a line each. */
export class Refusals extends Error {
  readonly lines: string[];
  constructor(lines: string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** Says what takes long now, to someone who waits at a terminal; programs read only what comes at the end. */
export function progress(line: string): void {
  if (process.stderr.isTTY) console.error(`${line} …`);
}

/** "1 row", "2 rows". */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** Who does it, as history tells it. */
export const operator: { kind: "operator"; command?: string } = { kind: "operator" };
