import ipaddr from "ipaddr.js";

/** An address as the connection or a proxy says it, some with a port; IPv4 inside of IPv6 is IPv4. */
function parse(address = ""): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // With the port a client would be another one at each connection.
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  const plain = bracketed ?? dotted ?? address;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(plain) || ipaddr.IPv6.isValid(plain);
  return isAddress ? ipaddr.process(plain) : undefined;
}

/** @param kept how many bytes of an IPv4 address and how many groups of an IPv6 address are the network's */
function network(address: string | undefined, kept: { bytes: number; groups: number }): string {
  const parsed = parse(address);
  if (!parsed) return "unknown";
  const isFour = "octets" in parsed;
  const length = isFour ? kept.bytes : kept.groups;
  const parts = (isFour ? parsed.octets : parsed.parts).map((part, index) => (index < length ? part : 0));
  // Made anew without a zone, which only says by which card the address is reached.
  const first = isFour ? new ipaddr.IPv4(parts) : new ipaddr.IPv6(parts);
  return `${first}/${length * (isFour ? 8 : 16)}`;
}

/** What counts as one client: an address of IPv4, one customer's /64 of IPv6; "unknown" for what is no address. */
export function clientNetwork(address: string | undefined): string {
  return network(address, { bytes: 4, groups: 4 }).replace(/\/32$/, "");
}

/** The network that history names: 256 addresses of IPv4 (/24), one site's of IPv6 (/48); "unknown" for no address. */
export function networkName(address: string | undefined): string {
  return network(address, { bytes: 3, groups: 3 });
}
