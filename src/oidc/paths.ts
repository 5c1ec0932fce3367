/** The addresses that oidc-provider answers; the discovery document names them. */
export const openIdRoutes = {
  authorization: "/oidc/auth",
  token: "/oidc/token",
  userinfo: "/oidc/userinfo",
  jwks: "/oidc/jwks",
  introspection: "/oidc/introspection",
  revocation: "/oidc/revocation",
};

export const openIdPaths: string[] = ["/.well-known/openid-configuration", ...Object.values(openIdRoutes)];
