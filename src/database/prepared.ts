import type BetterSqlite3 from "better-sqlite3";
import type { Knex } from "knex";
import type { QueryResult } from "pg";
import { hashToken } from "../platform/secrets.ts";
import { type Database, isPostgres } from "./database.ts";
import { onPooled } from "./postgres.ts";
import { onConnection, withoutWaiting } from "./sqlite.ts";

// Building and preparing a query with Knex takes many times as long as running it. Frequent queries are therefore built
// once, with named parameters for their values, and kept prepared.

type Values = Record<string, string | number | boolean | Buffer | null>;

/** A placeholder in a query for the value of this name. */
class Param {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A parameter for each value, by name; Knex accepts them wherever it accepts a value. */
type Params<V extends Values> = { readonly [Name in keyof V]: Knex.Value };

const params = new Proxy<Record<string, Param>>(
  {},
  { get: (made, name: string) => (made[name] ??= new Param(name)) },
) as unknown;

/** A query that is written with Knex and runs as a prepared statement, also inside a transaction. */
export type Prepared<V extends Values, Row> = {
  all: (db: Database, values: V) => Promise<Row[]>;
  first: (db: Database, values: V) => Promise<Row | undefined>;
  /** For queries that return no rows. @returns how many rows were written */
  run: (db: Database, values: V) => Promise<number>;
};

type Options = {
  /**
   * For a single write: a power cut may undo it, and the response does not wait for the disk. A killed process loses
   * none.
   */
  relaxedDurability?: boolean;
  /** Makes PostgreSQL plan the query for the values of each call, which it does for unnamed statements. */
  isPlannedByValues?: boolean;
};

/** @param build writes the query with a parameter (`$.name`) for each value; called once per connection */
export function prepared<V extends Values, Row = never>(
  build: (db: Database, $: Params<V>) => Knex.QueryBuilder,
  { relaxedDurability = false, isPlannedByValues = false }: Options = {},
): Prepared<V, Row> {
  const [ours, theirs] = [onSqlite<V>(build, { relaxedDurability }), onPostgres<V>(build, { isPlannedByValues })];
  return {
    all: (db, values) => (isPostgres(db) ? theirs(db, values).then(({ rows }) => rows) : ours.all(db, values)),
    first: (db, values) => (isPostgres(db) ? theirs(db, values).then(({ rows }) => rows[0]) : ours.first(db, values)),
    run: (db, values) =>
      isPostgres(db) ? theirs(db, values).then(({ rowCount }) => rowCount ?? 0) : ours.run(db, values),
  } as Prepared<V, Row>;
}

type Build<V extends Values> = (db: Database, $: Params<V>) => Knex.QueryBuilder;

function onSqlite<V extends Values>(build: Build<V>, { relaxedDurability }: { relaxedDurability: boolean }) {
  const kept = new WeakMap<BetterSqlite3.Database, Bound>();
  function on(db: Database, connection: BetterSqlite3.Database): Bound {
    let bound = kept.get(connection);
    if (!bound) {
      bound = prepare(connection, build(db, params as Params<V>));
      kept.set(connection, bound);
    }
    return bound;
  }
  const run = <T>(db: Database, values: V, work: (statement: Statement, bindings: unknown[]) => T): Promise<T> =>
    onConnection(db, (connection) => {
      const { statement, bindings } = on(db, connection);
      const asNumber = (value: unknown) => (typeof value === "boolean" ? Number(value) : value);
      const given = bindings.map(valueIn(values)).map(asNumber);
      if (!relaxedDurability || connection.inTransaction) return work(statement, given);
      return withoutWaiting(connection, () => work(statement, given));
    });
  return {
    all: (db: Database, values: V) => run(db, values, (statement, bindings) => statement.all(bindings)),
    first: (db: Database, values: V) => run(db, values, (statement, bindings) => statement.get(bindings)),
    run: (db: Database, values: V) => run(db, values, (statement, bindings) => statement.run(bindings).changes),
  };
}

/** A named statement, which each connection of the pool prepares when it first runs it. */
function onPostgres<V extends Values>(build: Build<V>, { isPlannedByValues }: { isPlannedByValues: boolean }) {
  let kept: { name?: string; text: string; bindings: readonly unknown[] } | undefined;
  return async (db: Database, values: V): Promise<QueryResult> => {
    if (!kept) {
      const { sql: text, bindings } = build(db, params as Params<V>)
        .toSQL()
        .toNative();
      // Named after its text: with a pooler in front of the server, processes share connections.
      const name = hashToken(text).slice(0, 32);
      kept = { ...(!isPlannedByValues && { name }), text, bindings };
    }
    const { bindings, ...query } = kept;
    return onPooled(db, (connection) => connection.query({ ...query, values: bindings.map(valueIn(values)) }));
  };
}

const maxShapes = 500;

/** The same for a query with many shapes (filters, order), each prepared when it is first needed. */
export function preparedFor<Shape extends object, V extends Values, Row = never>(
  build: (db: Database, $: Params<V>, shape: Shape) => Knex.QueryBuilder,
  options: Options = {},
): (shape: Shape) => Prepared<V, Row> {
  const kept = new Map<string, Prepared<V, Row>>();
  return (shape) => {
    const name = JSON.stringify(shape);
    let found = kept.get(name);
    if (!found) {
      if (kept.size >= maxShapes) kept.clear();
      found = prepared((db, $) => build(db, $, shape), options);
      kept.set(name, found);
    }
    return found;
  };
}

type Statement = BetterSqlite3.Statement<unknown[]>;
type Bound = { statement: Statement; bindings: readonly unknown[] };

/**
 * SQLite plans a statement again if a value that it may have inspected is bound again (because of STAT4). "+?" hides
 * the value, so that the statement stays prepared.
 */
function prepare(connection: BetterSqlite3.Database, query: Knex.QueryBuilder): Bound {
  const { sql, bindings } = query.toSQL().toNative();
  if (sql.split("?").length - 1 !== bindings.length)
    throw new Error(`A prepared query holds a literal "?"; pass it as a value: ${sql}`);
  return { statement: connection.prepare(sql.replaceAll("?", "+?")), bindings };
}

const valueIn =
  (values: Values) =>
  (bound: unknown): unknown =>
    bound instanceof Param ? values[bound.name] : bound;
