import type { Request, RequestHandler } from "express";
import { type Application, findClient } from "../applications/queries.ts";
import { requiredPage } from "../auth/guards.ts";
import type { Deps } from "../deps.ts";
import { InvalidLink } from "../web/errors.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { findRecord } from "./records.ts";

/** A request for a log-in, as oidc-provider keeps it. */
type Interaction = { iat: number; prompt: { name: string; reasons: string[] }; params: Record<string, string> };

/** Reasons for which an open session is not enough. */
const freshReasons = ["login_prompt", "max_age", "id_token_hint"];

/**
 * Where oidc-provider sends someone who must log in first, or may not use the application. It changes nothing: it leads
 * to the log-in and from there back to the application's request.
 */
export function continueToApplication(deps: Deps): RequestHandler {
  return async (req, res) => {
    const interaction = await findInteraction(deps, String(req.params.uid));
    const application = interaction && (await findClient(deps.db, interaction.params.client_id ?? ""));
    if (!interaction || !application) throw new InvalidLink(words().applications.requestEnded);
    const { prompt, params } = interaction;
    if (prompt.name === "access") {
      const isOwn = req.user?.organizationId === application.organizationId;
      res.status(403);
      return render(req, res, "oidc/not-allowed", {
        title: words().applications.notAllowedTitle(application.name),
        application: application.name,
        reason: isOwn ? words().applications.notAllowed : words().applications.otherOrganization,
        back: refusal(application, params, deps.config.baseUrl),
      });
    }
    const next = `?next=${encodeURIComponent(req.originalUrl)}`;
    const needed = isLoggedIn(req, interaction) ? requiredPage(req) : "/login";
    if (needed !== undefined) return res.redirect(303, needed + next);
    // Not a redirect: Chromium would apply the log-in form's `form-action` to everything that follows.
    const { login: _, ...others } = Object.fromEntries((params.prompt ?? "").split(" ").map((name) => [name, name]));
    const query = new URLSearchParams({ ...params, prompt: Object.keys(others).filter(Boolean).join(" ") });
    if (query.get("prompt") === "") query.delete("prompt");
    if (isFresh(req, interaction)) query.delete("max_age");
    render(req, res, "oidc/continue", {
      title: words().applications.continueTitle(application.name),
      continueTo: `/oidc/auth?${query}`,
    });
  };
}

async function findInteraction({ db }: Deps, uid: string): Promise<Interaction | undefined> {
  const found = await findRecord(db, "Interaction", uid);
  return found as unknown as Interaction | undefined;
}

/** Whether the session's password was entered after the request came. */
const isFresh = (req: Request, { iat }: Interaction): boolean =>
  Date.parse(req.session.passwordConfirmedAt ?? "") >= iat * 1000;

const isLoggedIn = (req: Request, interaction: Interaction): boolean =>
  req.user !== undefined &&
  (isFresh(req, interaction) || !interaction.prompt.reasons.some((reason) => freshReasons.includes(reason)));

/** What the application gets for someone who may not use it (RFC 6749, 4.1.2.1; RFC 9207). */
function refusal({ redirectAddresses }: Application, params: Record<string, string>, issuer: string): string {
  const address = redirectAddresses.find((known) => known === params.redirect_uri) ?? redirectAddresses[0] ?? "/";
  const url = new URL(address);
  const answer = { error: "access_denied", ...(params.state !== undefined && { state: params.state }), iss: issuer };
  for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value);
  return url.href;
}
