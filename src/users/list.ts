import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { firstSteps } from "../organization/first-steps.ts";
import type { Status, User } from "../roles/people.ts";
import { roles } from "../roles/roles.ts";
import { currentUser } from "../sessions/current-user.ts";
import { findLocks, type Locks } from "../throttling/locks.ts";
import { queryText } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { type FormattedTime, formatDate, formatTimeOrNone } from "../words/times.ts";
import { type Words, words } from "../words/words.ts";
import { type Avatar, avatarOf } from "./avatar.ts";
import { type SortKey, type StatusFilter, sortKeys, statusFilters, type UserOrder } from "./list-order.ts";
import { findStart, formatRange, maxCount, pageParam, perPage } from "./list-page.ts";
import { listAndCountUsers } from "./list-queries.ts";
import { actOptions, nextPage, type PrepareGroup, selectionView } from "./list-selection.ts";
import { exportAddress, type ListState, listAddress, listState, orderOf, returnQuery, toFilter } from "./list-state.ts";
import { allValue, readSelection, type Selection, selectionQuery } from "./selection.ts";
import { type ShownStatus, shownStatus } from "./shown-status.ts";
import { fullName, profilePath } from "./user-page.ts";

export function listUsersPage(deps: Deps, prepareGroup: PrepareGroup): RequestHandler {
  const { db } = deps;
  return async (req, res) => {
    const me = currentUser(req);
    const { organizationId, id: ownId } = me;
    const isContinuing = req.query.continue !== undefined;
    const state = listState(isContinuing ? { ...req.query, page: req.query.continue } : req.query);
    const selection = readSelection(req.query, state);
    const errors = isContinuing ? await nextPage(deps, req, { state, selection, prepareGroup }) : {};
    if (typeof errors === "string") return res.redirect(303, errors);
    const filter = toFilter(state);
    const order = orderOf(state.sort);
    const start = await findStart(db, organizationId, { page: state.page, order });
    const query = { filter, order, ...start, limit: perPage, cap: maxCount + 1 };
    const page = await listAndCountUsers(db, organizationId, query);
    const at = (change: Partial<ListState>): string =>
      listAddress({ ...state, page: "", ...change }, selectionQuery(selection, state));
    const locks = await findLocks(db, page.users);
    const inRow = { selection, ownId, locks, words: words() };
    const isNarrowed = filter.role !== undefined || filter.status !== undefined;
    const failed = Object.keys(errors).length > 0;
    render(req, res.status(failed ? 422 : 200), "users/list", {
      title: words().users.title,
      failed,
      errors,
      firstSteps: await firstSteps(deps, me),
      state,
      selection: await selectionView(db, organizationId, { selection, shown: page.users }),
      all: { value: allValue(state), isChosen: selection.isAll, label: allLabel(page.count) },
      acts: actOptions(queryText(req.query, "act")),
      returnQuery: returnQuery(state),
      count: formatCount(page.count),
      isFiltered: state.search !== "" || isNarrowed,
      isNarrowed,
      hasResults: page.users.length > 0,
      quickLinks: quickLinks(state, at),
      clear: listAddress(listState({}), { kept: selection.ids.join("-") }),
      clearSelection: listAddress(state),
      export: exportAddress(state),
      roleOptions: options(roles, words().roles, filter.role),
      statusOptions: options(statusFilters, statusNames(), filter.status),
      columns: sortKeys.map((key) => column(key, order, (sort) => at({ sort }))),
      rows: page.users.map((user) => userRow(user, inRow)),
      previous: pageParam(page.previous, start, order),
      next: pageParam(page.next, start, order),
      range: formatRange(start, page),
      toFirst: state.page ? at({}) : undefined,
    });
  };
}

const statusNames = (): Record<StatusFilter, string> => ({
  ...words().statuses,
  invited: words().invitations.filter,
  leaving: words().endDate.leavingSoon,
  ...words().users.reviews,
});

const formatCount = (count: number): string =>
  count > maxCount ? words().users.countOver(maxCount) : words().users.count(count);

function options<T extends string>(values: readonly T[], names: Record<T, string>, chosen: T | undefined) {
  return values.map((value) => ({ value, name: names[value], isChosen: value === chosen }));
}

/** A heading that sorts by its column, or in reverse if the list is already sorted by it. */
function column(key: SortKey, order: UserOrder, address: (sort: string) => string) {
  const isCurrent = order.key === key;
  const direction = order.descending ? "descending" : "ascending";
  return {
    name: words().labels[key],
    address: address(isCurrent && !order.descending ? `-${key}` : key),
    direction: isCurrent ? direction : undefined,
  };
}

/** What people look for most, without its own filters and with the same search. */
function quickLinks({ role, status }: ListState, at: (change: Partial<ListState>) => string) {
  const { common, statuses, rolesInPlural, invitations } = words();
  const links = [
    { name: common.all, role: "", status: "" },
    { name: statuses.active, role: "", status: "active" },
    { name: statuses.inactive, role: "", status: "inactive" },
    { name: invitations.filter, role: "", status: "invited" },
    { name: rolesInPlural.admin, role: "admin", status: "" },
  ];
  return links.map(({ name, ...to }) => ({
    name,
    address: at(to),
    isCurrent: to.role === role && to.status === status,
  }));
}

const allLabel = (count: number): string =>
  count > maxCount ? words().users.allOver(maxCount) : words().users.all(count);

type Row = {
  id: number;
  isSelected: boolean;
  label: string;
  name: string;
  email: string;
  role: string;
  status: Status;
  shownStatus: ShownStatus;
  until: string | undefined;
  avatar: Avatar;
  lastLogin: FormattedTime | undefined;
  isErased: boolean;
  isOwn: boolean;
  isLocked: boolean;
  address: string;
};

type InRow = { selection: Selection; ownId: number; locks: ReadonlyMap<number, Locks>; words: Words };

function userRow(user: User, { selection, ownId, locks, words: { users, roles, endDate } }: InRow): Row {
  const name = fullName(user);
  return {
    id: user.id,
    isOwn: user.id === ownId,
    isLocked: user.status === "active" && locks.has(user.id),
    isSelected: selection.ids.includes(user.id),
    label: users.select(name),
    name,
    email: user.email,
    role: roles[user.role],
    status: user.status,
    shownStatus: shownStatus(user),
    until:
      user.status === "active" && user.deactivateOn ? endDate.shortUntil(formatDate(user.deactivateOn)) : undefined,
    avatar: avatarOf(user),
    lastLogin: formatTimeOrNone(user.lastLoginAt),
    isErased: user.erasedAt !== null,
    address: profilePath(user),
  };
}
