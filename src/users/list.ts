import type { RequestHandler } from "express";
import { z } from "zod";
import { currentUser } from "../auth/current-user.ts";
import type { Deps } from "../deps.ts";
import { type Role, roleNames, roles } from "../roles/roles.ts";
import { type Moment, moment } from "../time.ts";
import { addressWith, decodePosition, encodePosition, queryText } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { type Avatar, avatarOf } from "./avatar.ts";
import {
  countUsers,
  listUsers,
  type Position,
  type SortKey,
  sortKeys,
  type UserFilter,
  type UserOrder,
} from "./list-queries.ts";
import { fullName, profileAddress } from "./open-user.ts";
import type { User } from "./queries.ts";
import type { Status } from "./rules.ts";

const perPage = 50;
const countedTo = 1_000;
const path = "/admin/managers";
const columnNames: Record<SortKey, string> = {
  name: "Name",
  email: "Email",
  role: "Role",
  status: "Status",
  lastLogin: "Last login",
};
const statusNames: Record<Status, string> = { active: "Active", inactive: "Inactive" };

/** The page's whole state, as its address says it; what makes no sense there counts as not said. */
type State = { search: string; role: string; status: string; sort: string; page: string };

export function listUsersPage({ db }: Deps): RequestHandler {
  return async (req, res) => {
    const { organizationId } = currentUser(req);
    const state: State = {
      search: queryText(req.query, "search").trim(),
      role: queryText(req.query, "role"),
      status: queryText(req.query, "status"),
      sort: queryText(req.query, "sort"),
      page: queryText(req.query, "page", 2_000),
    };
    const filter = filterOf(state);
    const order = orderOf(state.sort);
    const [page, count] = [
      await listUsers(db, organizationId, { filter, order, from: positionOf(state.page), limit: perPage }),
      await countUsers(db, organizationId, filter, countedTo + 1),
    ];
    const at = (change: Partial<State>): string => addressWith(path, { ...state, page: "", ...change });
    const turn = (to: Position | undefined): string | undefined =>
      to && at({ page: encodePosition([to.values, to.id, to.backward]) });
    render(req, res, "users/list", {
      title: "Managers",
      state,
      count: countWords(count),
      isFiltered: state.search !== "" || filter.role !== undefined || filter.status !== undefined,
      clear: path,
      roleOptions: options(roles, roleNames, filter.role),
      statusOptions: options(["active", "inactive"] as const, statusNames, filter.status),
      columns: sortKeys.map((key) => column(key, order, (sort) => at({ sort }))),
      rows: page.users.map(userRow),
      previous: turn(page.previous),
      next: turn(page.next),
      first: state.page ? at({}) : undefined,
    });
  };
}

function filterOf({ search, role, status }: Pick<State, "search" | "role" | "status">): UserFilter {
  return {
    search,
    role: roles.find((known) => known === role),
    status: status === "active" || status === "inactive" ? status : undefined,
  };
}

function orderOf(sort: string): UserOrder {
  const key = sortKeys.find((known) => known === sort.replace(/^-/, ""));
  return key ? { key, descending: sort.startsWith("-") } : { key: "name", descending: false };
}

const position = z.tuple([z.array(z.string()), z.number().int(), z.boolean()]);

function positionOf(text: string): Position | undefined {
  const parsed = position.safeParse(decodePosition(text));
  return parsed.success ? { values: parsed.data[0], id: parsed.data[1], backward: parsed.data[2] } : undefined;
}

function countWords(count: number): string {
  if (count > countedTo) return `more than ${countedTo.toLocaleString("en")} users`;
  return count === 1 ? "1 user" : `${count.toLocaleString("en")} users`;
}

function options<T extends string>(values: readonly T[], names: Record<T, string>, chosen: T | undefined) {
  return values.map((value) => ({ value, name: names[value], isChosen: value === chosen }));
}

/** A heading that sorts: by its column, or the other way round where that is the order already. */
function column(key: SortKey, order: UserOrder, address: (sort: string) => string) {
  const isCurrent = order.key === key;
  const direction = order.descending ? "descending" : "ascending";
  return {
    name: columnNames[key],
    address: address(isCurrent && !order.descending ? `-${key}` : key),
    direction: isCurrent ? direction : undefined,
  };
}

type Row = {
  name: string;
  email: string;
  role: string;
  status: Status;
  avatar: Avatar;
  lastLogin: Moment | undefined;
  address: string;
};

function userRow(user: User): Row {
  return {
    name: fullName(user),
    email: user.email,
    role: roleNames[user.role satisfies Role],
    status: user.status,
    avatar: avatarOf(user),
    lastLogin: user.lastLoginAt ? moment(user.lastLoginAt) : undefined,
    address: profileAddress(user),
  };
}
