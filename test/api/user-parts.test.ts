import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import sharp from "sharp";
import { afterResponseSettled } from "../../src/platform/run-after-response.ts";
import {
  type ApiProblem,
  apiClient,
  checkedFetch,
  clientOf,
  faultsOf,
  keyOf,
  problemName,
} from "../support/api-client.ts";
import { addUser, type Person } from "../support/people.ts";
import { type Roster, startRoster } from "../support/roster.ts";
import { logIn } from "../support/visitor.ts";

let roster: Roster;
let key: string;
let client: ReturnType<typeof apiClient>;
let zoe: Person;

beforeAll(async () => {
  roster = await startRoster();
  key = await keyOf(roster, roster.people.ada, { name: "Sync" });
  client = apiClient(roster, key);
  zoe = await addUser(roster.deps, { email: "zoe@example.com", firstName: "Zoë", lastName: "O'Neill" });
});
afterAll(() => roster.close());

const params = (person: Person) => ({ params: { path: { id: person.id } } });
const stored = (person: Person) => roster.db("users").where({ id: person.id }).first();
const lastActivity = () => roster.db("activity").orderBy("id", "desc").first();
const keyId = async () => (await roster.db("api_keys").where({ name: "Sync" }).first()).id;

describe("the status of a user over the API:", () => {
  const deactivate = (person: Person) => client.POST("/users/{id}/deactivate", params(person));
  const activate = (person: Person) => client.POST("/users/{id}/activate", params(person));

  test("deactivating immediately ends sessions, reset links and keys; activating brings the keys back", async () => {
    const browser = await logIn(roster, zoe);
    const own = await clientOf(roster, zoe);
    expect((await browser.get("/profile")).status).toBe(200);
    expect((await own.GET("/me")).response.status).toBe(200);
    await browser.submit("/forgot-password", { email: zoe.email });
    await afterResponseSettled();

    expect((await deactivate(zoe)).response.status).toBe(204);
    expect((await stored(zoe)).status).toBe("inactive");
    expect(await roster.db("sessions").where({ user_id: zoe.id })).toEqual([]);
    expect((await browser.get("/profile")).headers.location).toMatch(/^\/login/);
    expect(await roster.db("one_time_links").where({ user_id: zoe.id })).toEqual([]);
    expect((await own.GET("/me")).response.status).toBe(401);
    expect(await lastActivity()).toMatchObject({
      action: "status.updated",
      actor_id: roster.people.ada.id,
      key_id: await keyId(),
      subject_id: zoe.id,
    });

    expect((await activate(zoe)).response.status).toBe(204);
    expect((await own.GET("/me")).data?.status).toBe("active");
  });

  test("setting the same status again leaves no history", async () => {
    const { id } = await lastActivity();
    expect((await activate(zoe)).response.status).toBe(204);
    expect((await lastActivity()).id).toBe(id);
  });

  test("deactivating the last active Admin or the key's owner is refused", async () => {
    const { ada } = roster.people;
    expect(faultsOf(await deactivate(ada))).toEqual({ "#": expect.stringContaining("the only active Admin") });
    const bob = await addUser(roster.deps, { email: "bob@example.com", role: "admin" });
    expect(faultsOf(await deactivate(ada))).toEqual({ "#": expect.stringContaining("can’t deactivate yourself") });
    expect((await stored(ada)).status).toBe("active");
    expect((await deactivate(bob)).response.status).toBe(204);
  });

  test("two Admins who deactivate each other at the same moment leave one active", async () => {
    const carla = await addUser(roster.deps, { email: "carla@example.com", role: "admin" });
    const hers = await clientOf(roster, carla);
    const answers = await Promise.all([
      deactivate(carla),
      hers.POST("/users/{id}/deactivate", params(roster.people.ada)),
    ]);
    const [done, other] = answers.map(({ response }) => response.status).sort();
    expect(done).toBe(204);
    expect([401, 422]).toContain(other); // 401 if this Admin was already inactive, 422 as the last Admin
    expect(await roster.db("users").where({ role: "admin", status: "active" })).toHaveLength(2); // and Eve elsewhere
    await roster.db("users").where({ id: roster.people.ada.id }).update({ status: "active" });
  });
});

describe("a photo over the API", () => {
  const put = (file: Uint8Array<ArrayBuffer>, type = "image/png", person: Person = zoe) =>
    checkedFetch(roster).fetch(
      new Request(`${roster.url}/api/v1/users/${person.id}/photo`, {
        method: "PUT",
        headers: { "X-API-Key": key, "Content-Type": type },
        body: file,
      }),
    );
  const image = async (format: "png" | "jpeg" | "webp" | "gif" | "avif") =>
    new Uint8Array(
      await sharp({ create: { width: 40, height: 20, channels: 3, background: "#07c" } })
        .toFormat(format)
        .toBuffer(),
    );

  test.each(["png", "jpeg", "webp", "gif", "avif"] as const)("can be %s, and is stored as a square", async (format) => {
    await roster.db("users").where({ id: zoe.id }).update({ photo_hash: null });
    expect((await put(await image(format), `image/${format}`)).status).toBe(204);
    const { photo_hash } = await stored(zoe);
    expect(photo_hash).not.toBeNull();
    const { large } = await roster.db("photos").where({ user_id: zoe.id }).first();
    const { width, height } = await sharp(large).metadata();
    expect(width).toBe(height);
    expect(await lastActivity()).toMatchObject({
      action: "photo.updated",
      key_id: await keyId(),
      subject_id: zoe.id,
    });
  });

  test("is refused if it is no image, and the old photo stays", async () => {
    const { photo_hash } = await stored(zoe);
    for (const file of [new Uint8Array(), new TextEncoder().encode("<svg/>")]) {
      const answer = await put(file);
      expect(faultsOf({ error: (await answer.json()) as ApiProblem })).toEqual({
        "#": expect.stringContaining("can’t read this file as a photo"),
      });
    }
    expect((await stored(zoe)).photo_hash).toBe(photo_hash);
  });

  test("answers 415 with the accepted types for another type, and 413 over 5 MB", async () => {
    const text = await put(await image("png"), "image/svg+xml");
    expect([text.status, text.headers.get("Accept")]).toEqual([
      415,
      "image/jpeg, image/png, image/webp, image/gif, image/avif",
    ]);
    expect((await put(new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(413);
  });

  test("is removed once, with one row of history, however often it is requested", async () => {
    await put(await image("png"));
    expect((await client.DELETE("/users/{id}/photo", params(zoe))).response.status).toBe(204);
    expect(await stored(zoe)).toMatchObject({ photo_hash: null });
    const row = await lastActivity();
    expect(row).toMatchObject({ action: "photo.removed", key_id: await keyId() });
    expect((await client.DELETE("/users/{id}/photo", params(zoe))).response.status).toBe(204);
    expect(await roster.db("activity").where({ action: "photo.removed" }).pluck("id")).toEqual([row.id]);
  });
});

describe("the keys of a user over the API", () => {
  test("are listed, active ones first, without the key itself; a revoked one stops immediately and stays listed", async () => {
    const { mia } = roster.people;
    const first = await keyOf(roster, mia, { name: "First", scope: "read", lifetimeDays: null });
    await keyOf(roster, mia, { name: "Second", lifetimeDays: 7 });
    const hers = apiClient(roster, first);
    expect((await hers.GET("/me")).response.status).toBe(200);

    const list = async () => (await client.GET("/users/{id}/api-keys", params(mia))).data?.data ?? [];
    const [second, one] = await list();
    expect([second?.name, one?.name]).toEqual(["Second", "First"]);
    expect(one).toEqual({
      id: expect.any(Number),
      name: "First",
      start: first.slice(0, 11),
      scope: "read",
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: expect.any(String),
      revokedAt: null,
    });

    const path = { id: mia.id, keyId: one?.id ?? 0 };
    expect((await client.DELETE("/users/{id}/api-keys/{keyId}", { params: { path } })).response.status).toBe(204);
    expect((await hers.GET("/me")).response.status).toBe(401);
    const row = await lastActivity();
    expect(row).toMatchObject({ action: "api-key.revoked", key_id: await keyId(), subject_id: mia.id });
    expect((await list()).map(({ name, revokedAt }) => [name, revokedAt !== null])).toEqual([
      ["Second", false],
      ["First", true],
    ]);
    expect((await client.DELETE("/users/{id}/api-keys/{keyId}", { params: { path } })).response.status).toBe(204);
    expect((await lastActivity()).id).toBe(row.id);
  });

  test("include no key of another user", async () => {
    const id = await keyId();
    for (const path of [
      { id: zoe.id, keyId: id },
      { id: roster.people.eve.id, keyId: id },
      { id: roster.people.ada.id, keyId: 999_999 },
      { id: roster.people.ada.id, keyId: -1 },
    ]) {
      const answer = await client.DELETE("/users/{id}/api-keys/{keyId}", { params: { path } });
      expect(problemName(answer)).toBe("not-found");
    }
    expect((await client.GET("/me")).response.status).toBe(200);
  });

  test("can revoke themselves", async () => {
    const path = { id: roster.people.ada.id, keyId: await keyId() };
    expect((await client.DELETE("/users/{id}/api-keys/{keyId}", { params: { path } })).response.status).toBe(204);
    expect((await client.GET("/me")).response.status).toBe(401);
  });
});
