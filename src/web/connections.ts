import type { Server, Socket } from "node:net";
import { clientNetwork } from "../platform/network.ts";

/** Far more than a team's browsers open, but few enough for a small machine's memory. */
const maxConnections = 4_000;
/** Plenty for an office behind one address, and leaves three quarters for everyone else. */
const maxPerNetwork = 1_000;

/**
 * Limits the connections in total and per network (an IPv4 address, an IPv6 /64), and closes those above. `isExempt`
 * names addresses that carry everyone's connections, such as a proxy's.
 */
export function limitConnections(
  server: Server,
  { isExempt, max = maxPerNetwork }: { isExempt: (address: string) => boolean; max?: number },
): void {
  server.maxConnections = maxConnections;
  const open = new Map<string, number>();
  server.prependListener("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    if (isExempt(address)) return;
    const network = clientNetwork(address);
    const count = (open.get(network) ?? 0) + 1;
    if (count > max) return void socket.destroy();
    open.set(network, count);
    socket.once("close", () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

/** The machine's own addresses, where an unnamed proxy may run, and the proxies that TRUST_PROXY names. */
export function isProxyOrLocal(trusts: (address: string, hop: number) => boolean): (address: string) => boolean {
  return (address) => /^(?:::ffff:)?127\.|^::1$/.test(address) || trusts(address, 0);
}
