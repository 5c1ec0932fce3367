import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";

/**
 * At the first request, because oidc-provider needs about 50 MB. While it loads it warns on the console about every
 * Node.js that is not a long-term release; the log has only our own lines.
 */
export async function loadOpenIdProvider(deps: Deps): Promise<RequestHandler> {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    const { openIdProvider } = await import("./mount.ts");
    return openIdProvider(deps);
  } finally {
    console.warn = warn;
  }
}
