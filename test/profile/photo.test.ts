import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import sharp from "sharp";
import { buttons, errorsOf, imageOf, words } from "../support/html.ts";
import { addUser, type Person } from "../support/people.ts";
import { historyOf, storedUser } from "../support/records.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn, type Visitor } from "../support/visitor.ts";

let roster: Roster;
let manager: Visitor;
let person: Person;
let image: Buffer;
let count = 0;

beforeAll(async () => {
  roster = await startRoster();
  const create = { width: 300, height: 200, channels: 3, background: "teal" } as const;
  image = await sharp({ create }).png().toBuffer();
});
beforeEach(async () => {
  person = await addUser(roster.deps, { email: `manager${++count}@example.com`, role: "manager" });
  manager = await logIn(roster, person);
});
afterAll(() => roster.close());

const send = async (visitor: Visitor, file?: Buffer, fields: Record<string, string> = {}) => {
  const request = visitor.agent.post("/profile/photo").field("_csrf", await visitor.token("/profile"));
  for (const [name, value] of Object.entries(fields)) request.field(name, value);
  return file ? request.attach("photo", file, "photo.png") : request;
};

test("a Manager saves their own photo, which /profile then shows", async () => {
  const answer = await send(manager, image);
  expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
  const { text } = await manager.get("/profile");
  expect(words(text)).toContain("Photo saved.");
  const photo = await manager.get(imageOf(text) ?? "");
  expect([photo.status, photo.headers["content-type"]]).toEqual([200, "image/webp"]);
  expect(await historyOf(roster, person, "photo.updated")).toEqual([
    { action: "photo.updated", by: person.id, changes: {} },
  ]);
});

test("a Manager removes their own photo", async () => {
  await send(manager, image);
  expect(buttons((await manager.get("/profile")).text)).toContain("Remove photo");
  const answer = await send(manager, undefined, { remove: "yes" });
  expect([answer.status, answer.headers.location]).toEqual([303, "/profile"]);
  const { text } = await manager.get("/profile");
  expect([imageOf(text), words(text).includes("Photo removed.")]).toEqual([undefined, true]);
  expect(await historyOf(roster, person, "photo.removed")).toHaveLength(1);
});

test.each([
  ["no file", undefined, "Choose a photo first"],
  ["a file that is no image", Buffer.from("<svg/>"), /^Roster can’t read this file as a photo/],
])("%s is refused as a Manager's own photo, and the old one stays", async (_, file, message) => {
  await send(manager, image);
  const before = await storedUser(roster, person);
  const answer = await send(manager, file);
  expect([answer.status, errorsOf(answer.text)]).toEqual([
    422,
    { photo: typeof message === "string" ? message : expect.stringMatching(message) },
  ]);
  expect(await storedUser(roster, person)).toEqual(before);
});

test("a Member cannot change their own photo", async () => {
  const mia = await logIn(roster, "mia");
  const before = await storedUser(roster, roster.people.mia);
  expect((await send(mia, image)).status).toBe(403);
  expect((await send(mia, undefined, { remove: "yes" })).status).toBe(403);
  expect(await storedUser(roster, roster.people.mia)).toEqual(before);
});
