import type { Knex } from "knex";
import { up as initial } from "./0001-initial.ts";
import { up as api } from "./0002-api.ts";
import { up as history } from "./0003-history.ts";
import { up as throttles } from "./0004-throttles.ts";
import { up as sessions } from "./0005-sessions.ts";
import { up as secondFactor } from "./0006-second-factor.ts";
import { up as foldedNames } from "./0008-folded-names.ts";
import { up as quickLists } from "./0009-quick-lists.ts";
import { up as mails } from "./0010-mails.ts";
import { up as sharedSecrets } from "./0012-shared-secrets.ts";
import { up as userPlaces } from "./0014-user-places.ts";
import { up as hashCosts } from "./0017-hash-costs.ts";
import { up as searchInOrder } from "./0018-search-in-order.ts";
import { up as searchedUsers } from "./0019-searched-users.ts";
import { up as submissions } from "./0020-submissions.ts";
import { up as confirmedEmail } from "./0021-confirmed-email.ts";

/** Append-only and forward-only, in the order they run in. Names are what the data file remembers. */
export const migrations: Record<string, (db: Knex) => Promise<void>> = {
  "0001-initial": initial,
  "0002-api": api,
  "0003-history": history,
  "0004-throttles": throttles,
  "0005-sessions": sessions,
  "0006-second-factor": secondFactor,
  "0008-folded-names": foldedNames,
  "0009-quick-lists": quickLists,
  "0010-mails": mails,
  "0012-shared-secrets": sharedSecrets,
  "0014-user-places": userPlaces,
  "0017-hash-costs": hashCosts,
  "0018-search-in-order": searchInOrder,
  "0019-searched-users": searchedUsers,
  "0020-submissions": submissions,
  "0021-confirmed-email": confirmedEmail,
};
