import { expect, test } from "@jest/globals";
import { clientNetwork } from "../../src/platform/network.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:0001:0002::6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8::/64"],
  ["2001:db8:1::2:3:4:5", "2001:db8:1::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["::1", "::/64"],
  ["::", "::/64"],
  ["fe80::1%eth0", "fe80::/64"],
  ["64:ff9b::192.0.2.7", "64:ff9b::/64"],
  ["192.0.2.7:50123", "192.0.2.7"],
  ["[2001:db8::1]:50123", "2001:db8::/64"],
  ["", "unknown"],
  ["unknown", "unknown"],
  ["192.000.002.007", "unknown"],
  ["x".repeat(5_000), "unknown"],
])("tries from the address %s count for %s", (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});
