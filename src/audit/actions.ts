import type { Words } from "../words/words.ts";

/** Every history action has its name in each language, so that one without does not compile. */
export type Action = keyof Words["actions"];
