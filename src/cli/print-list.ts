import { pipeline } from "node:stream/promises";

/** How to print a list: each item as a line, or as JSON; `none` if it is empty. */
type Listed<T> = { line: (one: T) => string; json: (one: T) => object; none: string };

/** Prints a list in batches while it is read, as long as someone reads the output. */
export type PrintList = <T>(pages: AsyncIterable<T[]>, listed: Listed<T>) => Promise<"printed">;

/** @param isJson whether as one line of JSON, `{"data":[…]}` */
export function listPrinter(isJson: boolean): PrintList {
  return async (pages, { line, json, none }) => {
    async function* text(): AsyncGenerator<string> {
      if (isJson) yield '{"data":[';
      let isFirst = true;
      for await (const page of pages) {
        if (page.length === 0) continue;
        const start = isFirst || !isJson ? "" : ",";
        yield start +
          (isJson ? page.map((one) => JSON.stringify(json(one))).join(",") : `${page.map(line).join("\n")}\n`);
        isFirst = false;
      }
      if (isJson) yield "]}\n";
      else if (isFirst) yield `${none}\n`;
    }
    await pipeline(text, process.stdout, { end: false }).catch((error) => {
      // "list-users | head" has read enough.
      if (error.code !== "EPIPE") throw error;
    });
    return "printed";
  };
}
