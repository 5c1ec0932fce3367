import type { z } from "zod";
import type { PrintList } from "./print-list.ts";

export type Command<Schema extends z.ZodObject = z.ZodObject> = {
  summary: string;
  /** What you can type after the command's name; each field has a `.meta()` for --help (options.ts). */
  schema: Schema;
  /** The field without an option name. */
  positional?: string;
  /** An example of what to type after the command's name. */
  example: string;
  /** @throws ValidationError if nothing was done */
  run(input: z.output<Schema>, printList: PrintList): Promise<Outcome | "printed">;
};

/** Gives `run` the type of its schema. */
export const defineCommand = <Schema extends z.ZodObject>(command: Command<Schema>): Command<Schema> => command;

/**
 * `lines` say what was done, without those that are false or undefined; `json` is the same for programs, with the API's
 * names (camelCase, a list is `data`); `failed` exits with 1.
 */
export type Outcome = { lines: (string | false | undefined)[]; json: object; failed?: boolean };

/** Several reasons, one line each. */
export class ErrorList extends Error {
  readonly lines: string[];
  constructor(lines: string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** Shows progress to someone at a terminal; programs read only the final output. */
export function reportProgress(line: string): void {
  if (process.stderr.isTTY) console.error(`${line} …`);
}

/** "1 row", "2 rows". */
export const pluralize = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** The actor, as history names it. */
export const operator: { kind: "operator"; command?: string } = { kind: "operator" };
