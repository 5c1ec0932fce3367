// The list in pieces, as src/users/piece-queries.ts has them.

export const roles = ["admin", "manager", "member"];
export const statuses = ["active", "inactive"];

export type Value = string | number;
export type Sql = { sql: string; values: Value[] };
export type Ask = (read: Sql) => Record<string, Value>[];
export type Piece = { role: string; status: string; after?: number };
/** A list: its filter, its order with the id as the last column, and the place where the page begins. */
export type Query = {
  organizationId: number;
  role: string;
  status: string;
  words: string[];
  key: string;
  columns: string[];
  comparison: "<" | ">";
  from: Value[];
};

export const orderOf = ({ columns, comparison }: Query): string =>
  `order by ${columns.map((column) => `users.${column} ${comparison === "<" ? "desc" : "asc"}`)}`;

/** The pieces of which a count is put together. */
export const groups = ({ role, status }: Query): Piece[] => (role || status ? each(role, status) : [{ role, status }]);

const each = (role: string, status: string): Piece[] =>
  roles
    .filter((known) => !role || known === role)
    .flatMap((role) => statuses.map((status) => ({ role, status })))
    .filter((piece) => !status || piece.status === status);

/** The parts that an index has in this order; those before the place are left out. */
export function pieces({ role, status, key, from, comparison }: Query): Piece[] {
  const isInPieces = key === "role" || key === "status";
  const hasPlace = from.length > 0;
  if (!isInPieces && !role && !status) return [{ role, status, ...(hasPlace && { after: 0 }) }];
  return each(role, status).flatMap((piece): Piece[] => {
    if (!hasPlace) return [piece];
    if (!isInPieces || piece[key] === from[0]) return [{ ...piece, after: Number(isInPieces) }];
    return piece[key] > String(from[0]) === (comparison === "<") ? [] : [piece];
  });
}

/** What holds for the users of the piece; those whom a search finds where it is one. */
export function inPiece(
  { role, status, after }: Piece,
  { organizationId, words, columns, comparison, from }: Query,
): Sql {
  let sql = "users.organization_id = +?";
  const values: Value[] = [organizationId];
  const add = (text: string, ...more: Value[]): void => {
    sql += ` and ${text}`;
    values.push(...more);
  };
  if (role) add("users.role = +?", role);
  if (status) add("users.status = +?", status);
  for (const word of words) add("instr(users.search_text, +?) > 0", word);
  if (after !== undefined) {
    const beyond = columns.slice(after);
    add(
      `(${beyond.map((column) => `users.${column}`)}) ${comparison} (${beyond.map(() => "+?")})`,
      ...from.slice(after),
    );
  }
  return { sql, values };
}

export function countIn(ask: Ask, pieces: Piece[], query: Query, most: number): number {
  const parts = pieces.map((piece) => inPiece(piece, { ...query, from: [] }));
  const ids = parts.map(({ sql }) => `select id from (select id from users where ${sql} limit ${most})`);
  return countOf(ask, {
    sql: `select id from (${ids.join(" union all ")}) limit ${most}`,
    values: parts.flatMap(({ values }) => values),
  });
}

export const countOf = (ask: Ask, { sql, values }: Sql): number =>
  Number(ask({ sql: `select count(*) count from (${sql})`, values })[0]?.count);
