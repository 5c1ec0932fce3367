import type { Knex } from "knex";
import { type OrganizationId, type Status, statuses } from "../roles/people.ts";
import { type Role, roles } from "../roles/roles.ts";

// The list in pieces: whatever its filters and its order, an index has each piece in that order.

export const sortKeys = ["name", "email", "role", "status", "lastLogin"] as const;
export type SortKey = (typeof sortKeys)[number];

export type UserFilter = { search: string; role?: Role | undefined; status?: Status | undefined };
export type UserOrder = { key: SortKey; descending: boolean };

/** Where a page begins: after (or, going back, before) the user with these sort values. */
export type Position = { values: string[]; id: number; backward: boolean };

/** The columns of each order; the id comes last in all of them, so that no two users stand at the same place. */
export const sortColumns: Record<SortKey, string[]> = {
  name: ["name_key"],
  email: ["email"],
  role: ["role", "name_key"],
  status: ["status", "name_key"],
  lastLogin: ["last_login_at"],
};

/**
 * A part of the organization's users that an index has in the order of the list: those of a role and a status, or all.
 * `after`: how many of the order's columns are the same in all of it, and the place is looked for among the others.
 */
export type Piece = { role?: Role | undefined; status?: Status | undefined; after?: number | undefined };
/** An order, and where in it a page begins. */
export type Asked = { key: SortKey; descending: boolean; begin: Position | undefined };

export const wholeOf = ({ role, status }: UserFilter, { begin }: Asked): Piece => ({ role, status, after: begin && 0 });

/** The pieces of which a page is put together; those that are before the place are left out. */
export function piecesOf(filter: UserFilter, { key, descending, begin }: Asked): Piece[] {
  const isInPieces = key === "role" || key === "status";
  if (!isInPieces && !filter.role && !filter.status) return [wholeOf(filter, { key, descending, begin })];
  return roles
    .filter((role) => !filter.role || role === filter.role)
    .flatMap((role) => statuses.map((status) => ({ role, status })))
    .filter(({ status }) => !filter.status || status === filter.status)
    .flatMap((piece): Piece[] => {
      const [first = ""] = begin?.values ?? [];
      if (!begin || !isInPieces || piece[key] === first) return [{ ...piece, after: begin && Number(isInPieces) }];
      return piece[key] > first === descending ? [] : [piece];
    });
}

/** The roles or statuses by which a list goes through its users, one after the other; those before the place are left out. */
export function partsBy<K extends "role" | "status">(
  key: K,
  filter: UserFilter,
  { descending, begin }: Asked,
): NonNullable<UserFilter[K]>[] {
  const [first = ""] = begin?.values ?? [];
  const isBefore = (value: string): boolean => begin !== undefined && (descending ? value > first : value < first);
  const values = { role: [...roles].sort(), status: [...statuses].sort() }[key] as NonNullable<UserFilter[K]>[];
  return (descending ? values.reverse() : values).filter(
    (value) => !isBefore(value) && (!filter[key] || filter[key] === value),
  );
}

export type Values = Record<string, string | number>;
type Places = Record<string, Knex.Value>;

export const filterValues = (organizationId: OrganizationId, { role, status }: UserFilter): Values => ({
  organizationId,
  role: role ?? "",
  status: status ?? "",
});

export const beginValues = (begin: Position | undefined): Values => ({
  ...Object.fromEntries((begin?.values ?? []).map((value, index) => [`from${index}`, value])),
  fromId: begin?.id ?? 0,
});

type InPiece = {
  $: Places;
  shape: { key: SortKey; descending: boolean };
  piece: Piece;
};

/** Leaves those of the piece. */
export function inPiece(query: Knex.QueryBuilder, { $, shape, piece: { role, status, after } }: InPiece): void {
  query.where("users.organization_id", $.organizationId ?? 0);
  if (role) query.where("users.role", role);
  if (status) query.where("users.status", status);
  if (after === undefined) return;
  const columns = sortColumns[shape.key]
    .slice(after)
    .map((column, index) => [column, $[`from${index + after}`]] as const);
  const beyond = [...columns, ["id", $.fromId] as const];
  query.whereRaw(
    `(${beyond.map(([column]) => `users.${column}`)}) ${shape.descending ? "<" : ">"} (${beyond.map(() => "?")})`,
    beyond.map(([, value]) => value ?? ""),
  );
}
