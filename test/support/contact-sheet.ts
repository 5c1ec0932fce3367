import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type OverlayOptions } from "sharp";
import { pictures } from "./browser.ts";

const [tile, high, gap, across] = [240, 300, 12, 12];

/**
 * Makes an overview of pictures/: index.html, which links to each whole picture, and a contact-sheet-LOOK.webp for
 * each width and color scheme, which shows the upper part of each picture.
 */
export async function makeContactSheet(): Promise<void> {
  const names = readdirSync(pictures)
    .filter((name) => name.endsWith(".png"))
    .sort();
  const figure = (name: string): string =>
    `<figure><a href="${name}"><img src="${name}" alt="" loading="lazy"></a><figcaption>${name}</figcaption></figure>`;
  const look =
    "body{font:14px sans-serif;display:grid;grid-template-columns:repeat(auto-fill,minmax(18rem,1fr));gap:1rem}";
  const frame =
    "figure{margin:0}img{width:100%;height:22rem;object-fit:cover;object-position:top;border:1px solid #999}";
  writeFileSync(
    join(pictures, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Pictures</title><style>${look}${frame}</style>\n${names.map(figure).join("\n")}\n`,
  );
  const looks = new Set(names.map(lookIn));
  for (const look of looks)
    await makeSheet(
      look,
      names.filter((name) => lookIn(name) === look),
    );
}

/** The width and colors, such as "390-dark". */
const lookIn = (name: string): string => /\d+-[\w-]+(?=\.png$)/.exec(name)?.[0] ?? "";

async function makeSheet(look: string, names: string[]): Promise<void> {
  const tiles: OverlayOptions[] = [];
  for (const [index, name] of names.entries()) {
    const picture = sharp(join(pictures, name));
    const shape = await picture.metadata();
    const fit = shape.height / shape.width > high / tile ? "cover" : "contain";
    const input = await picture.resize(tile, high, { fit, position: "top", background: "#777" }).toBuffer();
    tiles.push({
      input,
      left: gap + (index % across) * (tile + gap),
      top: gap + Math.floor(index / across) * (high + gap),
    });
  }
  const size = { width: gap + across * (tile + gap), height: gap + Math.ceil(names.length / across) * (high + gap) };
  const sheet = sharp({ create: { ...size, channels: 3, background: "#777" } }).composite(tiles);
  await sheet.webp({ quality: 70 }).toFile(join(pictures, `contact-sheet-${look}.webp`));
}
