import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import sharp, { type Sharp } from "sharp";
import { queueSquarePhoto } from "../../src/users/photo-image.ts";
import { buttons, errorsOf, imageOf, labels, linkTo, section, words } from "../support/html.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { everything, historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor, visit } from "../support/visitor.ts";

let roster: Roster;
let ada: Visitor;

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
});
afterAll(() => roster.close());

const profile = (name: "max" | "mia" | "eve" = "max"): string => `/admin/managers/${roster.people[name].id}`;
const png = () => picture().png().toBuffer();

type Upload = { to?: string; by?: Visitor; name?: string; fields?: Record<string, string> };

/** Sends the form of the Profile section with this file. */
async function upload(file: Buffer | undefined, { to = profile(), by = ada, name = "photo", fields }: Upload = {}) {
  const form = by.agent.post(`${to}/photo`).field(fields ?? { _csrf: await by.token("/admin/organization") });
  return file ? form.attach(name, file, "photo.jpg") : form;
}

const plain = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: "red" } });

/** Red on the left and green on the right, so that its orientation can be seen. */
function picture({ width = 600, height = 400 } = {}): Sharp {
  const half = { create: { width: width / 2, height, channels: 3 as const, background: "red" } };
  return sharp({ create: { width, height, channels: 3, background: "lime" } }).composite([
    { input: half, left: 0, top: 0 },
  ]);
}

const shownAt = async (to = profile()): Promise<string | undefined> => imageOf((await ada.get(to)).text);
const load = (address: string | undefined, by: Visitor = ada) => by.get(address ?? "/no-photo").responseType("blob");

/** The color of the pixel at this share of width and height. */
async function colorAt(image: Buffer, x: number, y: number): Promise<"red" | "lime"> {
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return (data[at] ?? 0) > (data[at + 1] ?? 0) ? "red" : "lime";
}

describe("the photo form", () => {
  test("shows initials, a file field and no Remove photo while there is no photo", async () => {
    const part = section((await ada.get(profile("mia"))).text, "Profile");
    expect([labels(part), buttons(part)]).toEqual([["Change photo"], ["Save photo"]]);
    expect([words(part), imageOf(part)]).toEqual([expect.stringContaining("MZ"), undefined]);
  });

  test("redirects to the profile if its address is opened", async () => {
    expect((await ada.get(`${profile()}/photo`)).headers.location).toBe(profile());
  });
});

describe("the photo form accepts", () => {
  const formats: [string, () => Promise<Buffer>][] = [
    ["JPEG", () => picture().jpeg().toBuffer()],
    ["PNG", png],
    ["WebP", () => picture().webp().toBuffer()],
    ["GIF", () => picture().gif().toBuffer()],
    ["AVIF", () => picture({ width: 64, height: 64 }).avif({ effort: 0 }).toBuffer()],
    ["PNG with transparency", () => picture().ensureAlpha(0.5).png().toBuffer()],
    ["JPEG in CMYK", () => picture().toColourspace("cmyk").jpeg().toBuffer()],
    ["a phone's JPEG of 50 megapixels", () => plain(8_160, 6_120).jpeg().toBuffer()],
    ["a PNG of 16 megapixels", () => plain(4_000, 4_000).negate().png({ progressive: true }).toBuffer()],
    ["a tiny image", () => picture({ width: 2, height: 1 }).png().toBuffer()],
    ["a strip that would be gigabytes when enlarged", () => picture({ width: 2, height: 16_000 }).png().toBuffer()],
  ];

  test.each(formats)("%s, and stores it as WebP of 512 pixels without metadata", async (_format, make) => {
    const before = await shownAt();
    const answer = await upload(await make());
    expect([answer.status, answer.headers.location]).toEqual([303, profile()]);
    const { text } = await ada.get(profile());
    expect(words(text)).toContain("Photo saved.");
    expect(buttons(section(text, "Profile"))).toEqual(["Save photo", "Remove photo"]);
    expect(imageOf(text)).not.toBe(before);
    for (const [address, side] of [
      [imageOf(text), 512],
      [`${imageOf(text)}/small`, 64],
    ] as const) {
      const photo = await load(address);
      expect([photo.status, photo.headers["content-type"]]).toEqual([200, "image/webp"]);
      const about = await sharp(photo.body).metadata();
      expect(about).toMatchObject({ format: "webp", width: side, height: side });
      expect([about.exif, about.xmp, about.icc, about.iptc]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  // EXIF orientation: where the first row and column are when the picture is upright.
  test.each([
    [1, ["red", "lime", "red", "lime"]],
    [2, ["lime", "red", "lime", "red"]],
    [3, ["lime", "red", "lime", "red"]],
    [6, ["red", "red", "lime", "lime"]],
    [8, ["lime", "lime", "red", "red"]],
  ])("a JPEG of orientation %i, and stores it upright and without its location", async (orientation, corners) => {
    const square = picture({ width: 400, height: 400 }).withExif({
      IFD3: { GPSLatitude: "51/1 30/1 0/1" },
      IFD0: { Copyright: "Secret place" },
    });
    const file = await square.withMetadata({ orientation }).jpeg().toBuffer();
    expect((await upload(file)).status).toBe(303);
    const { body } = await load(await shownAt());
    const near = [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.9],
    ] as const;
    expect(await Promise.all(near.map(([x, y]) => colorAt(body, x, y)))).toEqual(corners);
    expect((await sharp(body).metadata()).orientation).toBeUndefined();
    expect(body.includes("Secret place")).toBe(false);
  });

  test("the first frame of an animated GIF", async () => {
    const frames = await Promise.all(
      ["red", "lime"].map((background) =>
        sharp({ create: { width: 50, height: 50, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    expect(
      (
        await upload(
          await sharp(frames, { join: { animated: true } })
            .gif()
            .toBuffer(),
        )
      ).status,
    ).toBe(303);
    const { body } = await load(await shownAt());
    expect([(await sharp(body).metadata()).pages ?? 1, await colorAt(body, 0.5, 0.5)]).toEqual([1, "red"]);
  });
});

describe("while there is a photo,", () => {
  let old: string | undefined;
  beforeEach(async () => {
    await upload(await png());
    old = await shownAt();
  });

  const unreadable =
    /^Roster can’t read this file as a photo\. Choose a JPEG or WebP image of at most 50 megapixels, or/;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>`;
  const refused: [string, () => Promise<Buffer> | Buffer][] = [
    ["SVG", () => Buffer.from(svg)],
    ["SVG behind an XML heading", () => Buffer.from(`<?xml version="1.0"?>\n<!-- photo -->\n${svg}`)],
    ["text", () => Buffer.from("Not a photo at all.\n".repeat(100))],
    ["HTML that begins like a GIF", () => Buffer.from("GIF89a<script>alert(1)</script>")],
    ["TIFF", () => picture().tiff().toBuffer()],
    ["PDF", () => Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>")],
    ["a JPEG cut off in the middle", async () => cut(await noise().jpeg().toBuffer())],
    ["a PNG cut off in the middle", async () => cut(await noise().png().toBuffer())],
    ["a WebP cut off in the middle", async () => cut(await noise().webp().toBuffer())],
    ["a JPEG of more than 50 megapixels", () => plain(7_100, 7_100).jpeg().toBuffer()],
    ["a PNG in passes of more than 16 megapixels", () => plain(4_001, 4_001).png({ progressive: true }).toBuffer()],
    ["a strip of more than 16 megapixels", () => plain(8_400, 2_000).jpeg().toBuffer()],
  ];
  const cut = (file: Buffer): Buffer => file.subarray(0, file.length / 2);
  const noise = () =>
    sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: "red",
        noise: { type: "gaussian", mean: 128, sigma: 60 },
      },
    });

  test.each(refused)("%s is refused, and the old photo stays", async (_what, make) => {
    const before = await everything(roster);
    const answer = await upload(await make());
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { photo: expect.stringMatching(unreadable) }]);
    expect([imageOf(answer.text), (await load(old)).status]).toEqual([old, 200]);
    expect(await everything(roster)).toEqual(before);
  });

  test.each([
    ["no file", undefined],
    ["an empty file", Buffer.alloc(0)],
  ])("%s is refused, and the old photo stays", async (_what, file) => {
    const answer = await upload(file);
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, { photo: "Choose a photo first" }]);
    expect(await shownAt()).toBe(old);
  });

  // Roster answers a body that announces far more before it reads it: test/hostile.
  test("one byte more than 5 MB is refused, and the old photo stays", async () => {
    const length = 5 * 1024 * 1024 + 1;
    const answer = await upload(Buffer.concat([await png(), Buffer.alloc(length)]).subarray(0, length));
    expect([answer.status, words(answer.text)]).toEqual([413, expect.stringContaining("larger than 5 MB")]);
    expect(linkTo(answer.text, "Back to the page")).toBe(`${profile()}/photo`);
    expect(await shownAt()).toBe(old);
  });

  test("5 MB are accepted", async () => {
    const file = Buffer.concat([await png(), Buffer.alloc(5 * 1024 * 1024)]).subarray(0, 5 * 1024 * 1024);
    expect((await upload(file)).status).toBe(303);
  });

  test("a form of another type, another file field and a broken form are refused, and the old photo stays", async () => {
    const _csrf = await ada.token("/admin/organization");
    expect((await ada.post(`${profile()}/photo`, { _csrf })).status).toBe(415);
    expect((await upload(await png(), { name: "file" })).status).toBe(400);
    const broken = ada.agent.post(`${profile()}/photo`).set("Content-Type", "multipart/form-data; boundary=x");
    expect((await broken.send("--x\r\nContent-Disposition: form-data; name=photo; filename=a\r\n\r\nabc")).status).toBe(
      400,
    );
    expect(await shownAt()).toBe(old);
  });

  test("a form without the page's token neither saves nor removes", async () => {
    for (const fields of [{ other: "x" }, { _csrf: "wrong" }, { _csrf: "wrong", remove: "yes" }])
      expect((await upload(await png(), { fields })).status).toBe(403);
    expect(await shownAt()).toBe(old);
  });

  test("Remove photo removes it, shows a notice, and the initials are back", async () => {
    const answer = await upload(undefined, {
      fields: { _csrf: await ada.token("/admin/organization"), remove: "yes" },
    });
    expect([answer.status, answer.headers.location]).toEqual([303, profile()]);
    const { text } = await ada.get(profile());
    expect([words(text), imageOf(text)]).toEqual([expect.stringContaining("Photo removed."), undefined]);
    expect((await load(old)).status).toBe(404);
    expect((await storedUser(roster, roster.people.max)).photo_hash).toBeNull();
    expect((await historyOf(roster, roster.people.max)).at(-1)).toEqual({
      action: "photo.removed",
      by: roster.people.ada.id,
      changes: {},
    });
    const before = await everything(roster);
    expect(
      (await upload(undefined, { fields: { _csrf: await ada.token("/admin/organization"), remove: "yes" } })).status,
    ).toBe(303);
    expect(await everything(roster)).toEqual(before);
  });

  test("its address changes with its content, only the browser caches it, and the old address answers 404", async () => {
    expect(old).toMatch(new RegExp(`^/photos/${roster.people.max.id}/[0-9a-f]{20}$`));
    const { headers, body } = await load(old);
    expect(headers["cache-control"]).toBe("private, max-age=31536000, immutable");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(old).toContain(createHash("sha256").update(body).digest("hex").slice(0, 20));
    expect((await historyOf(roster, roster.people.max)).at(-1)).toMatchObject({ action: "photo.updated" });
    await upload(await picture().negate().png().toBuffer());
    expect(await shownAt()).not.toBe(old);
    expect((await load(old)).status).toBe(404);
  });

  test("only the user and Admins of the organization see it", async () => {
    const asked: [string, Visitor, number][] = [
      ["the user", await logIn(roster, "max"), 200],
      ["an Admin", ada, 200],
      ["a Member", await logIn(roster, "mia"), 404],
      ["another organization's Admin", await logIn(roster, "eve"), 404],
      ["a visitor", visit(roster), 404],
    ];
    for (const address of [old, `${old}/small`])
      for (const [who, by, status] of asked) expect([who, (await load(address, by)).status]).toEqual([who, status]);
  });

  test("a guessed, another organization's and an invalid address all answer 404", async () => {
    const { max, mia } = roster.people;
    const hash = String(old).split("/").at(-1);
    for (const address of [
      `/photos/${max.id}/${"0".repeat(32)}`,
      `/photos/${mia.id}/${hash}`,
      `/photos/x/${hash}`,
      `/photos/${max.id}/null`,
    ])
      expect((await load(address)).status).toBe(404);
  });
});

test("while ten photos are read or wait, another one is refused with 503, on the page and over the API", async () => {
  const key = await generateKey(ada, roster.people.ada, { scope: "write" });
  const [large, small] = await Promise.all([plain(4_000, 4_000).png({ progressive: true }).toBuffer(), png()]);
  const before = await everything(roster);
  const queue = Promise.all(Array.from({ length: 10 }, () => queueSquarePhoto(large)));
  const refused = await Promise.all([
    upload(small),
    visit(roster)
      .agent.put(`/api/v1/users/${roster.people.max.id}/photo`)
      .set({ ...withKey(key), "Content-Type": "image/png" })
      .send(small),
  ]);
  expect(refused.map(({ status, headers }) => [status, headers["retry-after"]])).toEqual([
    [503, "10"],
    [503, "10"],
  ]);
  expect([words(refused[0].text), refused[1].body.title]).toEqual([
    expect.stringContaining("Roster is busy"),
    "Roster is busy",
  ]);
  expect(await everything(roster)).toEqual(before);
  await queue;
  expect((await upload(small)).status).toBe(303);
});

test("the photo form answers 404 for another organization's user and 403 for a Member", async () => {
  expect((await upload(await png(), { to: profile("eve") })).status).toBe(404);
  expect((await upload(await png(), { to: "/admin/managers/999999" })).status).toBe(404);
  expect((await upload(await png(), { by: await logIn(roster, "mia"), to: profile("mia") })).status).toBe(403);
  expect((await storedUser(roster, roster.people.eve)).photo_hash).toBeNull();
  expect((await storedUser(roster, roster.people.mia)).photo_hash).toBeNull();
});
