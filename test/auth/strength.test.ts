import { expect, test } from "@jest/globals";
import { strengthOf } from "../../src/auth/strength.ts";

test("others go on while a long password is judged", async () => {
  await strengthOf("warm up", []);
  const order: string[] = [];
  const judged = strengthOf("zaq1zaq1xsw2".repeat(6), []).then(() => order.push("judged"));
  await new Promise((resolve) => setImmediate(resolve));
  order.push("somebody else");
  await judged;
  expect(order).toEqual(["somebody else", "judged"]);
});

test("of many asked about at once each gets the answer that is its own", async () => {
  const passwords = ["password", "violet otter hums at the lighthouse", "aaaaaaaaaaaaaaaa", "acmegmbh"];
  const scores = await Promise.all(passwords.map((password) => strengthOf(password, ["acmegmbh"])));
  expect(scores.map(({ score }) => score >= 3)).toEqual([false, true, false, false]);
  expect(scores[2]?.warning).toMatch(/Repeated characters/);
});
