import type { ErrorRequestHandler, Request } from "express";
import type { Actor } from "../audit/audited-change.ts";
import { recordHourly } from "../audit/record-hourly.ts";
import type { Deps } from "../deps.ts";
import { AccessDenied } from "../roles/errors.ts";
import type { OrganizationId } from "../roles/people.ts";
import { requestActor } from "../sessions/current-user.ts";
import { statusOf } from "../web/errors.ts";

/** Comes before the error handlers: history records whom a page or the API refused, by the route's pattern. */
export function recordRefusals({ db, logger }: Pick<Deps, "db" | "logger">): ErrorRequestHandler {
  return async (error: unknown, req, res, next) => {
    const who = isRefusal(error, req) ? identifyActor(req) : undefined;
    if (who) {
      const page = res.locals.route ? `${req.method} ${res.locals.route}` : req.baseUrl;
      const { application, ...entry } = who;
      const changes = {
        page: { before: null, after: page },
        ...(application !== undefined && { application: { before: null, after: application } }),
      };
      // The person learns only about the refusal, even if it cannot be recorded.
      await recordHourly(db, { ...entry, action: "access.refused", changes }).catch((reason) =>
        logger.error({ err: reason, request: res.locals.requestId }, "a refusal is not in history"),
      );
    }
    next(error);
  };
}

/** An expired form token is not a refusal of access: the same person can send it again. */
const isRefusal = (error: unknown, req: Request): boolean =>
  req.caller ? statusOf(error) === 403 : error instanceof AccessDenied;

/** @returns `application`: its name, if its own API key was used */
function identifyActor(
  req: Request,
): { actor: Actor; organizationId: OrganizationId; application?: string } | undefined {
  const { caller, user } = req;
  const actor = requestActor(req);
  if (!caller) return user && { actor, organizationId: user.organizationId };
  if ("owner" in caller) return { actor, organizationId: caller.owner.organizationId };
  return { actor, organizationId: caller.organization.id, application: caller.application.name };
}
