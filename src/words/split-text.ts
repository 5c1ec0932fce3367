import { memoize } from "./memoize.ts";

/** `name` and `words` are those of a mark, such as "{email}" or "{docs|read this}"; code is in backticks. */
type Part = { text: string; name?: string | undefined; words?: string | undefined };

/** The parts of a sentence: plain text, marks and code. Kept, because a page shows the same sentence in many rows. */
export const splitText = memoize(1_000, (sentence: string): Part[] =>
  sentence.split(/(`[^`]*`|\{\w+(?:\|[^{}]*)?\})/).map((text) => {
    const [, name, words] = /^\{(\w+)(?:\|(.*))?\}$/.exec(text) ?? [];
    return { text, name, words };
  }),
);
