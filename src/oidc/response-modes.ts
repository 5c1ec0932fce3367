import type { KoaContextWithOIDC } from "oidc-provider";

/**
 * oidc-provider always offers `form_post`, whose page sends its form by a script. Under our headers no script runs, so
 * Roster says that it does not support it.
 */
export async function withoutFormPost(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  if (ctx.query.response_mode === "form_post") ctx.query = { ...ctx.query, response_mode: "form_post.unsupported" };
  await next();
  if (ctx.oidc?.route === "discovery")
    Object.assign(ctx.body as object, { response_modes_supported: ["query", "fragment"] });
}
