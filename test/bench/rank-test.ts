/** The result of the Mann–Whitney U test for two samples. */
export type RankTest = {
  /** Pairs in which the first sample has the greater value; ties count half. */
  u: number;
  /** How likely a difference at least as great is if both come from one distribution (two-sided). */
  p: number;
};

/** By the normal approximation, corrected for ties and continuity: for samples of twenty and more. */
export function rankTest(one: readonly number[], other: readonly number[]): RankTest {
  const all = [...one, ...other].sort((a, b) => a - b);
  const ranks = new Map<number, number>();
  let ties = 0;
  for (let first = 0; first < all.length; ) {
    const value = all[first] ?? 0;
    let next = first;
    while (next < all.length && all[next] === value) next++;
    const size = next - first;
    ranks.set(value, (first + 1 + next) / 2);
    ties += size ** 3 - size;
    first = next;
  }
  const [n, m, total] = [one.length, other.length, all.length];
  const rankSum = one.reduce((sum, value) => sum + (ranks.get(value) ?? 0), 0);
  const u = rankSum - (n * (n + 1)) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (!(deviation > 0)) return { u, p: 1 };
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / deviation;
  return { u, p: erfc(z / Math.SQRT2) };
}

/** The complementary error function; relative error under 1.2e-7 (Numerical Recipes, 6.2). @param x not negative */
function erfc(x: number): number {
  const factors = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const t = 1 / (1 + x / 2);
  return t * Math.exp(factors.reduceRight((sum, factor) => sum * t + factor, 0) - x * x);
}
