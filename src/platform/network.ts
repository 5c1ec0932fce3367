import ipaddr from "ipaddr.js";

/** Parses an address from the connection or a proxy, with or without a port; IPv4 inside IPv6 becomes IPv4. */
function parse(address = ""): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // With the port, a client would be a different one on each connection.
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  const plain = bracketed ?? dotted ?? address;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(plain) || ipaddr.IPv6.isValid(plain);
  return isAddress ? ipaddr.process(plain) : undefined;
}

/** @param kept how many bytes of an IPv4 address, or groups of an IPv6 address, name the network */
function network(address: string | undefined, kept: { bytes: number; groups: number }): string {
  const parsed = parse(address);
  if (!parsed) return "unknown";
  const isFour = "octets" in parsed;
  const length = isFour ? kept.bytes : kept.groups;
  const parts = (isFour ? parsed.octets : parsed.parts).map((part, index) => (index < length ? part : 0));
  // Built again without its zone, which only names the network card.
  const first = isFour ? new ipaddr.IPv4(parts) : new ipaddr.IPv6(parts);
  return `${first}/${length * (isFour ? 8 : 16)}`;
}

/** Who sent a request: a network address and the name of a browser. */
export type Sender = { address?: string | undefined; browser?: string | undefined };

/** What the database stores of it. */
export const storedSender = ({ address, browser }: Sender = {}) => ({
  address: address?.slice(0, 64) ?? null,
  browser: browser?.slice(0, 300) ?? null,
});

/** What counts as one client: an IPv4 address, or the /64 of an IPv6 address; "unknown" if it is not an address. */
export function clientNetwork(address: string | undefined): string {
  return network(address, { bytes: 4, groups: 4 }).replace(/\/32$/, "");
}

/**
 * The network that history shows: 256 IPv4 addresses (/24), or an IPv6 site (/48); "unknown" if it is not an address.
 */
export function networkName(address: string | undefined): string {
  return network(address, { bytes: 3, groups: 3 });
}
