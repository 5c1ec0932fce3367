/** What `look` finds, asked for again until it finds something: for what happens after an answer was sent. */
export async function eventually<T>(look: () => Promise<T | false | undefined> | T | false | undefined): Promise<T> {
  for (const until = Date.now() + 240_000; Date.now() < until; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not happen: ${look}`);
}
