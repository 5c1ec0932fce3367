/**
 * sharp, loaded at the first image: neither a command nor a server that meets none needs its 20 MB. One image at a time on
 * one thread, and nothing kept: the memory of a small machine is for its pages.
 */
export async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}
