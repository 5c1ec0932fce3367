type Totals = Record<
  "numPassedTests" | "numFailedTests" | "numRuntimeErrorTestSuites" | "numPendingTests" | "numTodoTests",
  number
>;

/**
 * Closes a run with one plain line to be read by people and scripts. A file that did not even load counts as failed.
 * Jest runs its own summary after all other reporters, so the line waits for the end of the process.
 */
export default class TotalsReporter {
  onRunComplete(_contexts: unknown, totals: Totals): void {
    const skipped = totals.numPendingTests + totals.numTodoTests;
    const failed = totals.numFailedTests + totals.numRuntimeErrorTestSuites;
    const line = `${totals.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}
