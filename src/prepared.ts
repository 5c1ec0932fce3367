import type BetterSqlite3 from "better-sqlite3";
import type { Knex } from "knex";
import { type Database, onConnection } from "./database.ts";

// Building a query with Knex and having it prepared costs many times what running it does. What every request asks is
// therefore built once, with named places for its values, and kept prepared.

type Values = Record<string, string | number | boolean | Buffer | null>;

/** Stands in a query for the value of this name. */
class Place {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A place for each value, by name; Knex takes them wherever it takes a value. */
type Places<V extends Values> = { readonly [Name in keyof V]: Knex.Value };

const places = new Proxy<Record<string, Place>>(
  {},
  { get: (made, name: string) => (made[name] ??= new Place(name)) },
) as unknown;

/** A query that is written with Knex and runs as a prepared statement, inside of a transaction too. */
export type Prepared<V extends Values, Row> = {
  all: (db: Database, values: V) => Promise<Row[]>;
  first: (db: Database, values: V) => Promise<Row | undefined>;
  /** For what returns no rows. @returns how many were written */
  run: (db: Database, values: V) => Promise<number>;
};

/** @param build writes the query with a place (`$.name`) for each of its values; called once for each connection */
export function prepared<V extends Values, Row = never>(
  build: (db: Database, $: Places<V>) => Knex.QueryBuilder,
): Prepared<V, Row> {
  const kept = new WeakMap<BetterSqlite3.Database, Bound>();
  function on(db: Database, connection: BetterSqlite3.Database): Bound {
    let bound = kept.get(connection);
    if (!bound) {
      bound = prepare(connection, build(db, places as Places<V>));
      kept.set(connection, bound);
    }
    return bound;
  }
  const run = <T>(db: Database, values: V, work: (statement: Statement, bindings: unknown[]) => T): Promise<T> =>
    onConnection(db, (connection) => {
      const { statement, bindings } = on(db, connection);
      return work(statement, bindings.map(valueIn(values)));
    });
  return {
    all: (db, values) => run(db, values, (statement, bindings) => statement.all(bindings)),
    first: (db, values) => run(db, values, (statement, bindings) => statement.get(bindings)),
    run: (db, values) => run(db, values, (statement, bindings) => statement.run(bindings).changes),
  } as Prepared<V, Row>;
}

const mostShapes = 500;

/** The same for a query of many shapes (its filters, its order), each of which is prepared when it is first asked. */
export function preparedFor<Shape extends object, V extends Values, Row = never>(
  build: (db: Database, $: Places<V>, shape: Shape) => Knex.QueryBuilder,
): (shape: Shape) => Prepared<V, Row> {
  const kept = new Map<string, Prepared<V, Row>>();
  return (shape) => {
    const name = JSON.stringify(shape);
    let found = kept.get(name);
    if (!found) {
      if (kept.size >= mostShapes) kept.clear();
      found = prepared((db, $) => build(db, $, shape));
      kept.set(name, found);
    }
    return found;
  };
}

type Statement = BetterSqlite3.Statement<unknown[]>;
type Bound = { statement: Statement; bindings: readonly unknown[] };

/**
 * SQLite plans a statement anew whenever a value that it may have looked at is bound again (a matter of its STAT4); "+?"
 * hides the value from it, and the statement stays as it was prepared.
 */
function prepare(connection: BetterSqlite3.Database, query: Knex.QueryBuilder): Bound {
  const { sql, bindings } = query.toSQL().toNative();
  return { statement: connection.prepare(sql.replaceAll("?", "+?")), bindings };
}

const valueIn =
  (values: Values) =>
  (bound: unknown): unknown => {
    const value = bound instanceof Place ? values[bound.name] : bound;
    return typeof value === "boolean" ? Number(value) : value;
  };
