import type { PrintList } from "./print-list.ts";

export type Command = {
  /** What is typed after the command's name. */
  usage: string;
  does: string;
  /** @throws Refusal or FormRefused where nothing was done */
  run: (args: string[], printList: PrintList) => Promise<Outcome | "printed">;
};

/** The lines that say what was done; `json`: the same for programs, in the API's words (camelCase, a list is `data`); `failed`: exits 1. */
export type Outcome = { lines: string[]; json: object; failed?: boolean };

/** Why a command did nothing, in one line for the operator. */
export class Refusal extends Error {}

/** Several reasons, a line each. */
export class Refusals extends Error {
  readonly lines: string[];
  constructor(lines: string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

/** "1 row", "2 rows". */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** Who does it, as history tells it. */
export const operator: { kind: "operator"; command?: string } = { kind: "operator" };
