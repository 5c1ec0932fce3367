import { pipeline } from "node:stream/promises";

/** How a list is printed: each of its things in a line, or as JSON; `none` where there is nothing. */
type Listed<T> = { line: (one: T) => string; json: (one: T) => object; none: string };

/** Prints a list while it is read, some at a time, for as long as somebody reads on. */
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
      // "list-users | head" has what it wants.
      if (error.code !== "EPIPE") throw error;
    });
    return "printed";
  };
}
