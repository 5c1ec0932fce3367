import { timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import type { Deps } from "../deps.ts";
import type { DeliveryKind } from "../outbox/queries.ts";
import { hashToken } from "../platform/secrets.ts";
import { version } from "../platform/version.ts";
import { sendText } from "../web/send.ts";
import { expositionType, family, formatMetrics, gauge } from "./prometheus.ts";
import { countUnsent, sizeOfDatabase } from "./queries.ts";

/** For Prometheus, which sends the token from the settings; without a token the address does not exist. */
export function metricsPage({ db, metrics }: Pick<Deps, "db" | "metrics">, token: string): RequestHandler {
  return async (req, res) => {
    const [, given = ""] = /^Bearer +(\S+)$/i.exec(req.get("Authorization") ?? "") ?? [];
    if (!isSame(given, token)) {
      res.status(401).set("WWW-Authenticate", 'Bearer realm="Roster"');
      return void res.type("text").send("Send METRICS_TOKEN as a bearer token.\n");
    }
    const unsent = async (kind: DeliveryKind) =>
      Object.entries(await countUnsent(db, kind)).map(([state, value]) => ({ labels: { state }, value }));
    const families = [
      gauge("roster_build_info", "The version of Roster and Node.js.", 1, { version, node: process.version }),
      ...metrics.families(),
      family("gauge", "roster_mails", "Queued emails, and those that failed within 30 days.", await unsent("mail")),
      family(
        "gauge",
        "roster_application_log_outs",
        "Queued log-out messages to applications, and those that failed within 30 days.",
        await unsent("log-out"),
      ),
      gauge("roster_database_size_bytes", "Size of the database.", await sizeOfDatabase(db)),
    ];
    sendText(res, expositionType, formatMetrics(families));
  };
}

/** Compares whole hashes of the same length, so that the time does not reveal where they differ. */
const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashToken(one)), Buffer.from(hashToken(other)));
