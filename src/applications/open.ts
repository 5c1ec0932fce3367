import type { Request, Response } from "express";
import type { Deps } from "../deps.ts";
import { timestamp } from "../platform/time.ts";
import { NotFound } from "../roles/errors.ts";
import { roles } from "../roles/roles.ts";
import { currentUser } from "../sessions/current-user.ts";
import { idParam } from "../web/form.ts";
import { type PageData, render } from "../web/render.ts";
import { formatTime, formatTimeOrNone } from "../words/times.ts";
import { words } from "../words/words.ts";
import { type Application, findApplication } from "./queries.ts";

export const listPath = "/admin/applications";
export const applicationPath = ({ id }: { id: number }): string => `${listPath}/${id}`;

/** An application of the Admin's organization. @throws NotFound */
export async function openApplication({ db }: Pick<Deps, "db">, req: Request): Promise<Application> {
  const application = await findApplication(db, currentUser(req).organizationId, idParam(req, "applicationId"));
  if (!application) throw new NotFound();
  return application;
}

/** The boxes of the form. */
export const roleBoxes = () => roles.map((role) => ({ name: `role-${role}`, label: words().roles[role] }));

const formatFuture = (time: string | null) => (time !== null && time > timestamp() ? formatTime(time) : undefined);

/** Everything on an application's page. */
export function applicationView(application: Application, req: Request, { config }: Pick<Deps, "config">): PageData {
  return {
    title: application.name,
    application,
    address: applicationPath(application),
    list: listPath,
    kind: words().applications.kinds[application.kind],
    roles: words().common.list(application.roles.map((role) => words().rolesInPlural[role])),
    lastUsed: formatTimeOrNone(application.lastUsedAt),
    oldSecretUntil: formatFuture(application.oldSecretUntil),
    isPro: currentUser(req).organization.plan === "pro",
    supportEmail: config.supportEmail,
    apiKey: application.apiKeyStart !== null && {
      start: application.apiKeyStart,
      created: formatTimeOrNone(application.apiKeyCreatedAt),
      lastUsed: formatTimeOrNone(application.apiKeyUsedAt),
      oldUntil: formatFuture(application.oldApiKeyUntil),
    },
    issuer: config.baseUrl,
    snippets: snippets(application, config.baseUrl),
    values: {},
    errors: {},
  };
}

/** Shows a secret of the application once, in a dialog over its page. */
export function showApplicationSecret(
  req: Request,
  res: Response,
  { application, title, heading, copy, secret, deps }: Shown,
): "answered" {
  render(req, res, "applications/application", {
    ...applicationView(application, req, deps),
    title,
    newSecret: {
      heading: { text: heading, marks: { name: { text: application.name } } },
      copy: { text: copy, marks: {} },
      value: secret,
      back: applicationPath(application),
    },
  });
  return "answered";
}

type Shown = {
  application: Application;
  title: string;
  /** With the mark {name} for the application. */
  heading: string;
  copy: string;
  secret: string;
  deps: Pick<Deps, "config">;
};

export const showClientSecret = (
  req: Request,
  res: Response,
  shown: Pick<Shown, "application" | "secret" | "deps">,
): "answered" => {
  const { secretTitle: title, newSecret: heading, secretOnce: copy } = words().applications;
  return showApplicationSecret(req, res, { ...shown, title, heading, copy });
};

/** What to paste into common clients; `CLIENT_SECRET` stands for the secret, which Roster does not know. */
function snippets({ clientId, kind, redirectAddresses }: Application, issuer: string) {
  const [redirect = ""] = redirectAddresses;
  const isWeb = kind === "web";
  const node = {
    name: "Node.js, openid-client",
    text: [
      'import * as client from "openid-client";',
      `const config = await client.discovery(new URL("${issuer}"), "${clientId}"${isWeb ? ', "CLIENT_SECRET"' : ""});`,
      "const verifier = client.randomPKCECodeVerifier();",
      "const url = client.buildAuthorizationUrl(config, {",
      `  redirect_uri: "${redirect}",`,
      '  scope: "openid email profile groups",',
      "  code_challenge: await client.calculatePKCECodeChallenge(verifier),",
      '  code_challenge_method: "S256",',
      "});",
    ].join("\n"),
  };
  if (!isWeb) return [node];
  return [
    {
      name: "Apache, mod_auth_openidc",
      text: [
        `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration`,
        `OIDCClientID ${clientId}`,
        "OIDCClientSecret CLIENT_SECRET",
        `OIDCRedirectURI ${redirect}`,
        'OIDCScope "openid email profile groups"',
        "OIDCPKCEMethod S256",
        "OIDCCryptoPassphrase CHOOSE_A_PASSPHRASE",
      ].join("\n"),
    },
    {
      name: "oauth2-proxy",
      text: [
        'provider = "oidc"',
        `oidc_issuer_url = "${issuer}"`,
        `client_id = "${clientId}"`,
        'client_secret = "CLIENT_SECRET"',
        `redirect_url = "${redirect}"`,
        'scope = "openid email profile groups"',
        'code_challenge_method = "S256"',
        'email_domains = ["*"]',
        'cookie_secret = "32_RANDOM_CHARACTERS"',
        'upstreams = ["http://127.0.0.1:8080/"]',
      ].join("\n"),
    },
    node,
  ];
}
