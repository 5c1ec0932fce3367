import { loadSharp } from "../images.ts";

/** Side of the stored square and of the one that lists use, in pixels. */
const largeSide = 512;
const smallSide = 64;
const mostPixels = 50_000_000;
/** How many times its width a photo may be high, or the other way round; the ends of what is longer are left away. */
const longest = 4;
const formats = new Set(["jpeg", "png", "webp", "gif", "heif"]);

/**
 * The image turned the right way up, cropped square and written anew as WebP without metadata; undefined where it is
 * not a whole JPEG, PNG, WebP, GIF or AVIF image of at most 50 megapixels. Only the first frame of a moving one is used.
 */
export async function squarePhoto(upload: Buffer): Promise<{ large: Buffer; small: Buffer } | undefined> {
  const sharp = await loadSharp();
  try {
    const { format, compression, autoOrient } = await sharp(upload, { limitInputPixels: mostPixels }).metadata();
    if (!formats.has(format) || (format === "heif" && compression !== "av1")) return undefined;
    // "truncated" is an error: a half-sent photo would be half grey.
    const whole = sharp(upload, { limitInputPixels: mostPixels, failOn: "truncated", sequentialRead: true });
    const large = await whole
      .autoOrient()
      .extract(middleOf(autoOrient))
      .resize(largeSide, largeSide, { fit: "cover", position: "attention" })
      .webp({ quality: 82 })
      .toBuffer();
    const small = await sharp(large).resize(smallSide, smallSide).webp({ quality: 80 }).toBuffer();
    return { large, small };
  } catch {
    return undefined;
  }
}

/** Without it a strip of one pixel and a few hundred bytes would be blown up to gigabytes before it is cropped square. */
function middleOf(upright: { width: number; height: number }) {
  const most = longest * Math.min(upright.width, upright.height);
  const [width, height] = [Math.min(upright.width, most), Math.min(upright.height, most)];
  const left = Math.floor((upright.width - width) / 2);
  const top = Math.floor((upright.height - height) / 2);
  return { left, top, width, height };
}
