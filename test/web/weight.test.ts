import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { portraitSvg } from "../../seeds/portraits.ts";
import { squarePhoto } from "../../src/users/photo-image.ts";
import { upsertPhoto } from "../../src/users/photo-queries.ts";
import { icon, stylesheetPath } from "../../src/web/static.ts";
import { generateKey, withKey } from "../support/keys.ts";
import { turn } from "../support/list-form.ts";
import { addUsers } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, plainText, type Visitor } from "../support/visitor.ts";

// How much a page weighs with the longest names.

const KB = 1024;
let roster: Roster;
let ada: Visitor;

/** A portrait with camera noise, which compresses less well than a drawing. */
async function grainyPhoto(index: number) {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  const grain = await sharp({ create: { width: 512, height: 512, channels: 3, background: "#888", noise } })
    .png()
    .toBuffer();
  const drawn = sharp(Buffer.from(portraitSvg(index)))
    .resize(512, 512)
    .flatten()
    .composite([{ input: grain, blend: "soft-light" }]);
  return squarePhoto(await drawn.png().toBuffer());
}

beforeAll(async () => {
  roster = await startRoster();
  ada = await logIn(roster, "ada");
  const people = Array.from({ length: 120 }, (_, i) => ({
    email: `maximiliane.vonhohenstein${i}@verwaltung.example.com`,
    firstName: "Maximiliane",
    lastName: `von Hohenstein-Wiśniewska ${i}`,
    role: "manager" as const,
  }));
  const ids = (await addUsers(roster.deps, people)).map(({ id }) => id);
  const { organization_id: organizationId } = await roster.db("users").where({ id: ids[0] }).first();
  const lastLogin = new Date(Date.now() - 400 * 86_400_000).toISOString();
  await roster.db("users").whereIn("id", ids).update({ last_login_at: lastLogin });
  const photos = await Promise.all(Array.from({ length: 50 }, (_, index) => grainyPhoto(index)));
  await roster.db.transaction(async (trx) => {
    for (const [index, id] of ids.entries()) {
      const photo = photos[index % photos.length];
      if (photo) await upsertPhoto(trx, { id, organizationId }, photo);
    }
  });
});
afterAll(() => roster.close());

const bytes = (html: string): number => Buffer.byteLength(html);
const open = async (address: string): Promise<string> => (await ada.get(address)).text;

/** A response as it is sent. */
function onTheWire(path: string, accepts: string): Promise<{ encoding: string | undefined; length: number }> {
  return new Promise((resolve, reject) => {
    const to = request(`${roster.url}${path}`, { headers: { "Accept-Encoding": accepts } }, (answer) => {
      let length = 0;
      answer.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      answer.on("end", () => resolve({ encoding: answer.headers["content-encoding"], length }));
    });
    to.on("error", reject).end();
  });
}

describe("a page of 50 users with photos and long names has at most 40 KB", () => {
  test("without filters, page after page", async () => {
    for (let next: string | undefined = "/admin/managers"; next; ) {
      const html = await open(next);
      expect([next, bytes(html) <= 40 * KB]).toEqual([next, true]);
      next = turn(html, "Next page");
    }
  });

  test.each(["?search=hohenstein", "?role=manager&status=active", "?role=manager&sort=-lastLogin"])(
    "with %s, on its second page",
    async (filters) => {
      const second = turn(await open(`/admin/managers${filters}`), "Next page") ?? "";
      const html = await open(second);
      expect(html.match(/<tr>/g)).toHaveLength(51);
      expect(bytes(html)).toBeLessThanOrEqual(40 * KB);
    },
  );
});

test("a page has one stylesheet of at most 40 KB and 800 lines, no font and no script", async () => {
  const html = await open("/admin/managers");
  const links = [...html.matchAll(/<link\b[^>]*>/g)].map(([tag]) => tag);
  expect(links.map((tag) => /rel="(\w+)"/.exec(tag)?.[1])).toEqual(["stylesheet", "icon"]);
  const css = (await ada.get(stylesheetPath)).text;
  expect([bytes(css) <= 40 * KB, css.split("\n").length <= 800]).toEqual([true, true]);
  expect(css).not.toMatch(/@font-face|@import|url\(/);
});

test("pages and the stylesheet are compressed for clients that accept it", async () => {
  for (const path of ["/login", stylesheetPath]) {
    const plain = await onTheWire(path, "identity");
    for (const encoding of ["br", "gzip"]) {
      const packed = await onTheWire(path, `${encoding}, identity;q=0.1`);
      expect([path, packed.encoding, packed.length < plain.length * 0.7]).toEqual([path, encoding, true]);
    }
  }
});

test("lists, exports and the API are the same in every encoding", async () => {
  const key = withKey(await generateKey(ada, roster.people.ada));
  for (const path of ["/admin/activity/export.csv", "/admin/activity/export.jsonl", "/api/v1/users?limit=20"]) {
    const ask = (encoding: string) => ada.agent.get(path).set(key).set("Accept-Encoding", encoding).buffer(true);
    const plain = await ask("identity");
    expect([path, plain.headers["content-encoding"], plain.headers.vary]).toEqual([path, undefined, "Accept-Encoding"]);
    for (const encoding of ["br", "gzip"]) {
      const packed = await ask(encoding);
      expect([path, packed.headers["content-encoding"]]).toEqual([path, encoding]);
      expect(packed.text).toBe(plain.text);
    }
  }
});

test("a short response is not compressed, and a file that the browser has is not sent again", async () => {
  expect(await onTheWire("/healthz", "br, gzip")).toEqual({ encoding: undefined, length: 3 });
  const { headers } = await ada.get(stylesheetPath);
  await ada.agent.get(stylesheetPath).set("If-None-Match", String(headers.etag)).expect(304);
  await ada.agent.head(stylesheetPath).expect(200);
  await ada.agent.put(stylesheetPath).expect(404);
});

test("files with a hash in their address are cached without end, and pages are not cached", async () => {
  const html = await open("/admin/managers");
  const photo = plainText(/<img[^>]* src="(\/photos\/[^"]+)"/.exec(html)?.[1] ?? "");
  for (const path of [stylesheetPath, icon, photo])
    expect((await ada.get(path)).headers["cache-control"]).toMatch(/max-age=31536000, immutable/);
  expect((await ada.get("/admin/managers")).headers["cache-control"]).toBe("no-store");
});

test("the first visit to a page with fifty photos loads less than 150 KB in all", async () => {
  const html = await open("/admin/managers?search=hohenstein");
  const photos = [...html.matchAll(/<img[^>]* src="([^"]+\/small)"/g)].map(([, src = ""]) => src);
  expect(photos).toHaveLength(50);
  let sum = (await onTheWire(stylesheetPath, "br")).length + (await ada.get(icon)).body.length + bytes(html);
  for (const photo of photos) {
    const { body } = await ada.agent.get(photo).buffer(true);
    const { width, height } = await sharp(body).metadata();
    expect([width, height]).toEqual([64, 64]);
    sum += body.length;
  }
  expect(sum / photos.length).toBeGreaterThan(1_000);
  expect(sum).toBeLessThan(150_000);
});
