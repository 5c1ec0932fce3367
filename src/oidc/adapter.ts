import type { Request } from "express";
import Provider, { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import { findClient } from "../applications/queries.ts";
import { auditedChange, userEntry } from "../audit/audited-change.ts";
import type { Database } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { requestActor } from "../sessions/current-user.ts";
import { clientMetadata } from "./client.ts";
import { deleteGrant, deleteRecord, findRecord, type Payload, saveGrant, saveRecord, useRecord } from "./records.ts";
import { findSignedInSession } from "./session-queries.ts";

/** How oidc-provider reads and writes; `kind` is one of its models. */
export function createAdapter(deps: Pick<Deps, "db" | "metrics">, kind: string): Adapter {
  const { db } = deps;
  if (kind === "Client") return clients(db);
  if (kind === "Session") return sessions(db);
  // The address has everything (continue.ts).
  if (kind === "Interaction") return notStored;
  return {
    ...unused,
    find: async (id) => (await findRecord(db, kind, id)) as AdapterPayload | undefined,
    upsert: (id, payload) => (kind === "Grant" ? logIn(deps, id, payload) : saveRecord(db, id, payload as Payload)),
    consume: async (id) => {
      if (!(await useRecord(db, kind, id))) throw new errors.InvalidGrant(`${kind} already used`);
    },
    destroy: (id) => deleteRecord(db, kind, id),
    revokeByGrantId: (grantId) => deleteGrant(db, grantId),
  };
}

/** A new grant is a log-in to an application, which history has. */
async function logIn(
  { db, metrics }: Pick<Deps, "db" | "metrics">,
  id: string,
  payload: AdapterPayload,
): Promise<void> {
  const { ctx } = Provider;
  const [req, sessionUid] = [ctx?.req as Request | undefined, ctx?.oidc.session?.uid];
  const application = ctx?.oidc.client && (await findClient(db, ctx.oidc.client.clientId));
  if (!ctx || !req?.user || !sessionUid || !application) throw new errors.AccessDenied();
  const grant = {
    payload: payload as Payload,
    sessionUid,
    isOffline: ctx.oidc.requestParamScopes.has("offline_access"),
  };
  const entry = userEntry("application.logged-in", { actor: requestActor(req), user: req.user });
  const report = await auditedChange(db, entry, async (trx) => {
    const isNew = await saveGrant(trx, id, grant);
    return isNew ? { changes: { application: { before: null, after: application.name } } } : undefined;
  });
  if (report) metrics.countApplicationLogIn();
}

/** What we do not use of it. */
const unused = {
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  revokeByGrantId: async () => undefined,
};

const notStored: Adapter = {
  ...unused,
  find: async () => undefined,
  upsert: async () => undefined,
  destroy: async () => undefined,
};

/** Read for each request, so that a changed application works, or stops, immediately. */
function clients(db: Database): Adapter {
  return {
    ...notStored,
    find: async (clientId) => {
      const application = await findClient(db, clientId);
      return application && (clientMetadata(application) as AdapterPayload);
    },
  };
}

/**
 * Roster's sessions under their names for applications. What applications add (the grant and session ID of each) is a
 * record; everything else comes from the session itself.
 */
function sessions(db: Database): Adapter {
  const find = async (uid: string): Promise<AdapterPayload | undefined> => {
    const session = await findSignedInSession(db, uid);
    if (!session) return undefined;
    const added = await findRecord(db, "Session", uid);
    return {
      ...{ kind: "Session", jti: uid, uid, accountId: String(session.userId) },
      ...{ loginTs: seconds(session.confirmedAt), ...proof(session) },
      ...{ authorizations: added && "authorizations" in added ? added.authorizations : {} },
      exp: seconds(new Date().toISOString()) + 60,
    } as AdapterPayload;
  };
  return {
    ...unused,
    find,
    findByUid: find,
    upsert: async (uid, payload) => {
      const { accountId, authorizations, exp = 0 } = payload;
      if (!accountId || !(await findSignedInSession(db, uid))) return;
      const record = { kind: "Session", jti: uid, accountId, authorizations, exp };
      await saveRecord(db, uid, { ...record, sessionUid: uid, expiresWithSession: true } as Payload);
    },
    destroy: (uid) => deleteRecord(db, "Session", uid),
  };
}

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** RFC 8176 names the methods; the levels are those of NIST SP 800-63B-4. */
const proof = ({ hasSecondFactor }: { hasSecondFactor: boolean }) =>
  hasSecondFactor ? { amr: ["pwd", "otp"], acr: "aal2" } : { amr: ["pwd"], acr: "aal1" };
