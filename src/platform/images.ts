/**
 * sharp, loaded with the first image, because a command or server that reads none does not need its 20 MB. One image at
 * a time in one thread, without a cache: a small machine needs its memory for pages.
 */
export async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}
