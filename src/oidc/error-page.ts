import type { Request, Response } from "express";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { Logger } from "pino";
import { errorPage, HttpError } from "../web/errors.ts";
import { words } from "../words/words.ts";

/** An unknown application or redirect address gets our error page and never a redirect (OAuth 2.1, 4.1.2.1). */
export function sendProviderError(
  ctx: KoaContextWithOIDC,
  _out: object,
  error: Error & { statusCode?: number },
  logger: Logger,
): void {
  ctx.respond = false;
  const refusal = new HttpError(error.statusCode ?? 500, words().applications.badRequest);
  errorPage(logger)(refusal, ctx.req as unknown as Request, ctx.res as unknown as Response, () => undefined);
}
