/** Longer than anything takes on a slow, busy machine, and less than Jest's limit for a test. */
export const timeoutMs = 240_000;

/** Calls `look` until it finds something, for work that continues after a response. @returns what it found */
export async function eventually<T>(look: () => Promise<T | false | undefined> | T | false | undefined): Promise<T> {
  for (const until = Date.now() + timeoutMs; Date.now() < until; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not happen: ${look}`);
}
