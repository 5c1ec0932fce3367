import { isIP, isIPv4 } from "node:net";

/** The network that an address belongs to: 256 addresses of IPv4 (/24), one site's of IPv6 (/48); "unknown" for no address. */
export function networkName(address: string | undefined): string {
  const plain = (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  if (isIPv4(plain)) return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  if (isIP(plain) === 0) return "unknown";
  const [head = "", tail] = plain.split("::");
  const groups = head.split(":").filter(Boolean);
  // What "::" stands for is zeros; behind it are at most the last of the eight groups.
  if (tail !== undefined) {
    const behind = tail.split(":").filter(Boolean);
    groups.push(...Array(Math.max(0, 8 - groups.length - behind.length)).fill("0"), ...behind);
  }
  const first = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":").replace(/(?:^|:)0(?::0)*$/, "")}::/48`;
}
