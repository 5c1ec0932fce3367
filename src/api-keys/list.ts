import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import { currentUser } from "../sessions/current-user.ts";
import { fullName, profilePath } from "../users/user-page.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { type ListedKey, listOrganizationKeys } from "./list-queries.ts";
import { type KeysState, keysAddress, keysExportAddress, keysState } from "./list-state.ts";
import { type KeyFilter, keyFilters } from "./rules.ts";
import { keyRow } from "./section.ts";

/** Also the most that one page can revoke. */
export const keysPerPage = 50;

/** Every key of the organization, newest first, with filters; all state is in the address. */
export function listKeysPage({ db, config }: Deps): RequestHandler {
  return async (req, res) => {
    const { organizationId, organization } = currentUser(req);
    const state = keysState(req.query);
    const page = pageOf(await listOrganizationKeys(db, organizationId, { ...state, limit: keysPerPage + 1 }), state);
    render(req, res, "api-keys/list", {
      title: words().allKeys.title,
      state,
      isPro: organization.plan === "pro",
      supportEmail: config.supportEmail,
      filters: [undefined, ...keyFilters].map((filter) => filterLink(filter, state)),
      export: keysExportAddress(state),
      rows: page.keys.map(listedKeyRow),
      anyLive: page.keys.some((key) => keyRow(key).isLive),
      ...page.links,
    });
  };
}

const filterLink = (filter: KeyFilter | undefined, state: KeysState) => ({
  name: words().allKeys.filters[filter ?? "all"],
  address: keysAddress({ filter }),
  isCurrent: filter === state.filter,
});

/** The page's keys, and links to the pages around it; one key more than a page tells whether there is another. */
function pageOf(found: ListedKey[], { filter, before, after }: KeysState) {
  const hasMore = found.length > keysPerPage;
  const keys = after !== undefined && hasMore ? found.slice(1) : found.slice(0, keysPerPage);
  const isFirst = before === undefined && (after === undefined || !hasMore);
  const isLast = after === undefined && !hasMore;
  const [first, last] = [keys.at(0)?.id, keys.at(-1)?.id];
  const links = {
    first: isFirst && after === undefined ? undefined : keysAddress({ filter }),
    previous: isFirst || first === undefined ? undefined : keysAddress({ filter, after: first }),
    next: isLast || last === undefined ? undefined : keysAddress({ filter, before: last }),
  };
  return { keys, links };
}

/** A row of the page; also of the one that asks before revoking. */
export function listedKeyRow(key: ListedKey) {
  const { owner } = key;
  return {
    ...keyRow(key),
    owner: { name: fullName(owner), email: owner.email, address: profilePath(owner), status: owner.status },
  };
}
