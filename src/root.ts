import { join } from "node:path";

/** The package's folder. Everything read from disk (views, public, .env) is found through it. */
export const root: string = join(import.meta.dirname, "..");
