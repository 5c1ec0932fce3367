import type { RequestHandler } from "express";
import { type Application, findClient } from "../applications/queries.ts";
import { requiredPage } from "../auth/guards.ts";
import type { Deps } from "../deps.ts";
import { timestamp } from "../platform/time.ts";
import { HttpError, InvalidLink } from "../web/errors.ts";
import { queryText } from "../web/paging.ts";
import { render } from "../web/render.ts";
import { maxPathLength } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { openIdRoutes } from "./paths.ts";

// Where oidc-provider sends someone who must log in first, or may not use the application. The application's request is
// in the address, so that nothing is stored for visitors; someone who changes it only changes their own request.

const continuePath = "/oidc/continue";

/** What oidc-provider says of a request that it can't answer yet. */
type Interaction = { prompt: { name: string; reasons: string[] }; params: Record<string, unknown> };

/** Reasons for which an open session is not enough. */
const freshReasons = ["login_prompt", "max_age", "id_token_hint"];

export function continueAddress({ prompt, params }: Interaction): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) query.append(name, String(value));
  if (prompt.name === "access") query.append("not_allowed", "1");
  else if (prompt.reasons.some((reason) => freshReasons.includes(reason))) query.append("log_in_after", timestamp());
  return `${continuePath}?${query}`;
}

/** Changes nothing: it leads to the log-in and from there back to the application's request. */
export function continueToApplication({ db, config }: Deps): RequestHandler {
  return async (req, res) => {
    // Without a part of its request the application would refuse the answer.
    if (req.originalUrl.length > maxPathLength) throw new HttpError(400, words().applications.badRequest);
    const names = Object.keys(req.query).filter((name) => name !== "not_allowed" && name !== "log_in_after");
    const params = Object.fromEntries(names.map((name) => [name, queryText(req.query, name, maxPathLength)]));
    const application = await findClient(db, params.client_id ?? "");
    if (!application) throw new InvalidLink(words().applications.requestEnded);
    if (queryText(req.query, "not_allowed")) {
      const isOwn = req.user?.organizationId === application.organizationId;
      res.status(403);
      return render(req, res, "oidc/not-allowed", {
        title: words().applications.notAllowedTitle(application.name),
        application: application.name,
        reason: isOwn ? words().applications.notAllowed : words().applications.otherOrganization,
        back: refusal(application, params, config.baseUrl),
      });
    }
    const logInAfter = queryText(req.query, "log_in_after");
    const isFresh = (req.session.passwordConfirmedAt ?? "") >= logInAfter;
    const needed = req.user && isFresh ? requiredPage(req) : "/login";
    if (needed !== undefined) return res.redirect(303, `${needed}?next=${encodeURIComponent(req.originalUrl)}`);
    // Not a redirect: Chromium would apply the log-in form's `form-action` to everything that follows.
    const title = words().applications.continueTitle(application.name);
    render(req, res, "oidc/continue", {
      title,
      link: title,
      continueTo: `${openIdRoutes.authorization}?${withoutFreshness(params, logInAfter !== "")}`,
    });
  };
}

/** What was asked for and is now done would lead to the log-in again. */
function withoutFreshness({ prompt = "", max_age, ...others }: Record<string, string>, isFresh: boolean): string {
  const prompts = prompt.split(" ").filter((name) => name !== "" && name !== "login");
  const kept = {
    ...(prompts.length > 0 && { prompt: prompts.join(" ") }),
    ...(max_age !== undefined && !isFresh && { max_age }),
  };
  return new URLSearchParams({ ...others, ...kept }).toString();
}

/** What the application gets for someone who may not use it (RFC 6749, 4.1.2.1; RFC 9207). */
function refusal({ redirectAddresses }: Application, params: Record<string, string>, issuer: string): string {
  const address = redirectAddresses.find((known) => known === params.redirect_uri) ?? redirectAddresses[0] ?? "/";
  const url = new URL(address);
  const answer = { error: "access_denied", ...(params.state !== undefined && { state: params.state }), iss: issuer };
  for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value);
  return url.href;
}
