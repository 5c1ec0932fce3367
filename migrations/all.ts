import type { Knex } from "knex";
import { up as schema } from "./0001-schema.ts";

/**
 * In order. The data file stores these names. Nothing is released yet: add new columns to the schema. After the first
 * release this list is append-only.
 */
export const migrations: Record<string, (db: Knex) => Promise<void>> = { "0001-schema": schema };
