import { type DemoPerson, portraitSeed } from "../../seeds/people.ts";
import { portraitSvg } from "../../seeds/portraits.ts";
import { loadSharp } from "../platform/images.ts";
import { squarePhoto } from "../users/photo-image.ts";
import type { Photo } from "../users/photo-queries.ts";

/** As many as libuv has threads. */
const concurrency = 4;
/** Portraits are drawn 240 pixels wide at sharp's 72 dots per inch; photos are stored 512 wide. */
const density = (72 * 512) / 240;

/** A drawn portrait of everyone who has a photo, stored like an uploaded one; undefined for the others. */
export async function drawPhotos(people: readonly DemoPerson[]): Promise<(Photo | undefined)[]> {
  const photos: (Photo | undefined)[] = [];
  for (let first = 0; first < people.length; first += concurrency) {
    const next = people.slice(first, first + concurrency);
    photos.push(...(await Promise.all(next.map((person) => (person.hasPhoto ? drawPhoto(person) : undefined)))));
  }
  return photos;
}

async function drawPhoto(person: DemoPerson): Promise<Photo | undefined> {
  const sharp = await loadSharp();
  const drawing = sharp(Buffer.from(portraitSvg(portraitSeed(person))), { density });
  return squarePhoto(await drawing.png({ compressionLevel: 0 }).toBuffer());
}
