import type { Knex } from "knex";
import { up as schema } from "./0001-schema.ts";

/**
 * In the order they run in. Names are what the data file remembers. Nothing is released yet: a new column goes into the
 * schema. From the first release on this is append-only.
 */
export const migrations: Record<string, (db: Knex) => Promise<void>> = { "0001-schema": schema };
