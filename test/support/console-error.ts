import { afterAll, afterEach } from "@jest/globals";

/** A stray console.error fails the test it happens in (the file, if it happens between tests). */
const strays: string[] = [];

console.error = (...words: unknown[]): void => {
  strays.push(words.map((word) => (word instanceof Error ? word.stack : String(word))).join(" "));
};

function refuseStrays(): void {
  const found = strays.splice(0);
  if (found.length > 0) throw new Error(`console.error was called:\n${found.join("\n")}`);
}

afterEach(refuseStrays);
afterAll(refuseStrays);
