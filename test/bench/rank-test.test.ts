import { expect, test } from "@jest/globals";
import { rankTest } from "./rank-test.ts";

const count = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

// The p values are those of R: wilcox.test(x, y, exact = FALSE).
test.each<[string, number[], number[], number, number]>([
  ["the same values", count(1, 20), count(1, 20), 200, 1],
  ["values apart", count(1, 20), count(21, 40), 0, 6.8e-8],
  ["values apart, the other way round", count(21, 40), count(1, 20), 400, 6.8e-8],
  ["all values equal", Array(20).fill(5), Array(20).fill(5), 200, 1],
])("the rank test agrees with R for %s", (_, one, other, u, p) => {
  const found = rankTest(one, other);
  expect(found.u).toBe(u);
  expect(Math.abs(found.p / p - 1)).toBeLessThan(0.01);
});

test("the rank test gives p under 0.05 for about one in twenty pairs of samples from one distribution", () => {
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const sample = (): number[] => Array.from({ length: 50 }, random);
  const small = Array.from({ length: 2_000 }, () => rankTest(sample(), sample()).p).filter((p) => p < 0.05).length;
  expect(small).toBeGreaterThan(60);
  expect(small).toBeLessThan(140);
});
