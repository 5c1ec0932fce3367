import { loadSharp } from "../platform/images.ts";
import { lowerPoolThreads } from "../platform/pool-threads.ts";
import { Busy } from "../roles/refusal.ts";

/** Side of the stored square and of the one that lists use, in pixels. */
const largeSide = 512;
const smallSide = 64;
/** JPEG and WebP are made smaller while they are read, so that a phone's photo of 50 megapixels takes little memory. */
const shrinking = { formats: new Set(["jpeg", "webp"]), maxPixels: 50_000_000 };
/** Other formats are unpacked whole, with up to 28 bytes for each pixel (AVIF of 12 bits). */
const whole = { formats: new Set(["png", "gif", "heif"]), maxPixels: 16_000_000 };
/** How many times its width a photo may be high, or the other way round; the ends of what is longer are left away. */
const maxAspectRatio = 4;
/** Being read and waiting, each with its file in memory. */
const maxInQueue = 10;

let inQueue = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * `squarePhoto`, one photo at a time in this process: the memory is needed once, and the other threads of the pool are
 * left to passwords. @throws Busy where ten photos are read or wait already
 */
export function squarePhotoInTurn(upload: Buffer): ReturnType<typeof squarePhoto> {
  if (inQueue >= maxInQueue) throw new Busy();
  inQueue += 1;
  const photo = last.then(() => {
    lowerPoolThreads();
    return squarePhoto(upload);
  });
  last = photo.then(leave, leave);
  return photo;
}

const leave = (): void => {
  inQueue -= 1;
};

/**
 * The image turned the right way up, cropped square and written anew as WebP without metadata; undefined where it is
 * not a whole JPEG or WebP image of at most 50 megapixels, or PNG, GIF or AVIF image of at most 16. Only the first frame
 * of a moving one is used. Takes up to 500 MB while it works.
 */
export async function squarePhoto(upload: Buffer): Promise<{ large: Buffer; small: Buffer } | undefined> {
  const sharp = await loadSharp();
  try {
    const { format, compression, autoOrient } = await sharp(upload, {
      limitInputPixels: shrinking.maxPixels,
    }).metadata();
    const isKnown = shrinking.formats.has(format) || whole.formats.has(format);
    if (!isKnown || (format === "heif" && compression !== "av1")) return undefined;
    const middle = middleOf(autoOrient);
    // What is cropped first is unpacked whole, whatever its format.
    const { maxPixels: limitInputPixels } = shrinking.formats.has(format) && !middle ? shrinking : whole;
    // "truncated" is an error: a half-sent photo would be half grey.
    const upright = sharp(upload, { limitInputPixels, failOn: "truncated", sequentialRead: true }).autoOrient();
    const large = await (middle ? upright.extract(middle) : upright)
      .resize(largeSide, largeSide, { fit: "cover", position: "attention" })
      .webp({ quality: 82 })
      .toBuffer();
    const small = await sharp(large).resize(smallSide, smallSide).webp({ quality: 80 }).toBuffer();
    return { large, small };
  } catch {
    return undefined;
  }
}

/**
 * The part of a strip that is used; undefined where the image is none. Without it a strip of one pixel and a few hundred
 * bytes would be blown up to gigabytes before it is cropped square.
 */
function middleOf(upright: { width: number; height: number }) {
  const maxSide = maxAspectRatio * Math.min(upright.width, upright.height);
  const [width, height] = [Math.min(upright.width, maxSide), Math.min(upright.height, maxSide)];
  if (width === upright.width && height === upright.height) return undefined;
  const left = Math.floor((upright.width - width) / 2);
  const top = Math.floor((upright.height - height) / 2);
  return { left, top, width, height };
}
