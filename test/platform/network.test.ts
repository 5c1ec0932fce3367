import { expect, test } from "@jest/globals";
import { networkName } from "../../src/platform/network.ts";

test.each([
  ["192.0.2.77", "192.0.2.0/24"],
  ["::ffff:192.0.2.77", "192.0.2.0/24"],
  ["2001:db8:1:2::3", "2001:db8:1::/48"],
  ["2001:0DB8:0001::", "2001:db8:1::/48"],
  ["2001:db8::3", "2001:db8::/48"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["::1", "::/48"],
  ["2001:0:10::", "2001:0:10::/48"],
  ["2001:10:0::1", "2001:10::/48"],
  ["::1:2:3:4:5:6", "0:0:1::/48"],
  ["fe80::1%eth0", "fe80::/48"],
  ["<b>", "unknown"],
  [undefined, "unknown"],
])("the network of %j is %j", (address, network) => {
  expect(networkName(address)).toBe(network);
});
