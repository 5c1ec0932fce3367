import type { Words } from "../words/words.ts";
/** Why sessions end that nobody asked to end. */
export type EndReason = keyof Words["history"]["endReasons"];
