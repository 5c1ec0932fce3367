import { loadSharp } from "../platform/images.ts";
import { lowerThreadPriority } from "../platform/pool-threads.ts";
import { Busy } from "../roles/errors.ts";

/** Side of the stored square and of the one for lists, in pixels. */
const largeSide = 512;
const smallSide = 64;
/** JPEG and WebP are shrunk while they are read, so a phone's photo of 50 megapixels needs little memory. */
const shrinking = { formats: new Set(["jpeg", "webp"]), maxPixels: 50_000_000 };
/** Other formats are decoded completely, with up to 28 bytes per pixel (AVIF with 12 bits). */
const whole = { formats: new Set(["png", "gif", "heif"]), maxPixels: 16_000_000 };
/** The highest ratio of a photo's sides; anything longer is cut off at both ends. */
const maxAspectRatio = 4;
/** Being read and in the queue, each with its file in memory. */
const maxInQueue = 10;

let inQueue = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * `squarePhoto` for one photo at a time in this process, which needs its memory only once and leaves the pool's other
 * threads to passwords. @throws Busy if ten photos are being read or in the queue
 */
export function queueSquarePhoto(upload: Buffer): ReturnType<typeof squarePhoto> {
  if (inQueue >= maxInQueue) throw new Busy();
  inQueue += 1;
  const photo = last.then(() => {
    lowerThreadPriority();
    return squarePhoto(upload);
  });
  last = photo.then(leave, leave);
  return photo;
}

const leave = (): void => {
  inQueue -= 1;
};

/**
 * Rotates the image upright, crops it to a square and writes it again as WebP without metadata; undefined if it is not
 * a complete JPEG or WebP image of at most 50 megapixels, or PNG, GIF or AVIF image of at most 16. Uses only the first
 * frame of an animation. Needs up to 500 MB while it works.
 */
export async function squarePhoto(upload: Buffer): Promise<{ large: Buffer; small: Buffer } | undefined> {
  const sharp = await loadSharp();
  try {
    const { format, compression, autoOrient } = await sharp(upload, {
      limitInputPixels: shrinking.maxPixels,
    }).metadata();
    const isKnown = shrinking.formats.has(format) || whole.formats.has(format);
    if (!isKnown || (format === "heif" && compression !== "av1")) return undefined;
    const middle = cropArea(autoOrient);
    // Cropping first would decode the whole image in any format.
    const { maxPixels: limitInputPixels } = shrinking.formats.has(format) && !middle ? shrinking : whole;
    // "truncated" is an error: half of an incomplete photo would be gray.
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
 * The part of a strip to use; undefined if it is not an image. Otherwise a strip of one pixel and a few hundred bytes
 * would be enlarged to gigabytes before it is cropped.
 */
function cropArea(upright: { width: number; height: number }) {
  const maxSide = maxAspectRatio * Math.min(upright.width, upright.height);
  const [width, height] = [Math.min(upright.width, maxSide), Math.min(upright.height, maxSide)];
  if (width === upright.width && height === upright.height) return undefined;
  const left = Math.floor((upright.width - width) / 2);
  const top = Math.floor((upright.height - height) / 2);
  return { left, top, width, height };
}
