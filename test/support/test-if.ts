import { describe, test } from "@jest/globals";

/** `test` where it can run; elsewhere a visible skip whose title ends with the reason. */
export function testIf(canRun: boolean, reason: string): (title: string, work: () => void | Promise<void>) => void {
  return (title, work) => (canRun ? test(title, work) : test.skip(`${title} (skipped: ${reason})`, work));
}

/** The same for `describe`. */
export function describeIf(canRun: boolean, reason: string): (title: string, define: () => void) => void {
  return (title, define) => (canRun ? describe(title, define) : describe.skip(`${title} (skipped: ${reason})`, define));
}
