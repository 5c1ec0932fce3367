import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import bcrypt from "bcrypt";
import sharp from "sharp";
import type { Changes } from "../../src/audit/audited-change.ts";
import { findPasswordError } from "../../src/passwords/rule.ts";
import { photoHash } from "../../src/users/photo-queries.ts";
import { searchText } from "../../src/users/search-text.ts";
import { inside, newFolder, type Outcome, refusal } from "./commands.ts";
import { command } from "./in-process.ts";

const printedPassword = ({ out }: Outcome): string => /^Password: (\S+)$/m.exec(out)?.[1] ?? "";
type Fields = Record<string, string | null>;

const dataDir = mkdtempSync(join(tmpdir(), "roster-demo-"));
let outcome: Outcome;
beforeAll(async () => {
  outcome = await command(dataDir, ["demo", "--users", "40"]);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

test("demo makes an organization on Pro, an Admin who can log in, and 40 users who cannot", async () => {
  expect(outcome).toMatchObject({ code: 0, err: "" });
  expect(outcome.out).toContain("40 users");
  const password = printedPassword(outcome);
  await inside(dataDir, async (db) => {
    const [organization, ...others] = await db("organizations");
    expect(others).toEqual([]);
    expect(organization.plan).toBe("pro");
    const [admin, ...users] = await db("users").orderBy("id");
    expect(users).toHaveLength(40);
    expect(admin).toMatchObject({ email: "ada@example.com", role: "admin", status: "active", must_change_password: 0 });
    expect(await bcrypt.compare(password, admin.password_hash)).toBe(true);
    const person = { firstName: "Ada", lastName: "Lovelace", email: admin.email, organization: organization.name };
    expect(await findPasswordError(password, person, { minLength: 15, requester: "someone" })).toBeUndefined();
    const [hash, ...more] = new Set(users.map((user) => user.password_hash));
    expect(more).toEqual([]);
    expect(hash).not.toBe(admin.password_hash);
    expect(users.filter((user) => user.last_login_at !== "").length).toBeGreaterThan(20);
    expect(users.filter((user) => user.status === "inactive").length).toBeGreaterThan(0);
    for (const { email, first_name: firstName, last_name: lastName, search_text } of users) {
      expect(search_text).toBe(searchText({ firstName, lastName, email }));
    }
  });
});

test("demo stores photos and API keys as the pages do", async () => {
  await inside(dataDir, async (db) => {
    const photos = await db("photos").join("users", "users.id", "user_id").select("photos.*", "photo_hash");
    expect(photos.length).toBeGreaterThan(5);
    expect(await db("users").whereNotNull("photo_hash")).toHaveLength(photos.length);
    for (const { hash, large, small, photo_hash } of photos) {
      expect([hash, photo_hash]).toEqual([photoHash({ large, small }), hash]);
    }
    const { large, small } = photos[0];
    expect(await sharp(large).metadata()).toMatchObject({ format: "webp", width: 512, height: 512 });
    expect(await sharp(small).metadata()).toMatchObject({ format: "webp", width: 64, height: 64 });
    const keys = await db("api_keys");
    expect(keys.some((key) => key.revoked_at === null)).toBe(true);
    expect(keys.some((key) => key.revoked_at !== null)).toBe(true);
    for (const { created_at, last_used_at, revoked_at } of keys) {
      expect(created_at <= (last_used_at ?? created_at)).toBe(true);
      expect((last_used_at ?? created_at) <= (revoked_at ?? "9")).toBe(true);
    }
  });
});

test("demo writes a history that is in order and ends in the users' current values and versions", async () => {
  await inside(dataDir, async (db) => {
    const history = await db("activity").orderBy("id");
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
    expect(history[0]).toMatchObject({ action: "organization.created", actor_kind: "operator" });
    const known = new Map<number, { fields: Fields; version: number }>();
    for (const { subject_id, subject_version, action, changes } of history.filter((row) => row.subject_id)) {
      const { fields, version } = known.get(subject_id) ?? { fields: { status: "active" }, version: 0 };
      expect(subject_version).toBe(version + (action.startsWith("api-key.") ? 0 : 1));
      if (!action.startsWith("api-key.")) {
        for (const [field, { before, after }] of Object.entries(JSON.parse(changes) as Changes)) {
          expect(fields[field] ?? null).toBe(before);
          fields[field] = after;
        }
      }
      known.set(subject_id, { fields, version: subject_version });
    }
    for (const user of await db("users")) {
      const { email, role, status, version, first_name: firstName, last_name: lastName } = user;
      expect(known.get(user.id)).toEqual({ fields: { firstName, lastName, email, role, status }, version });
      expect(history.find((row) => row.subject_id === user.id)).toMatchObject({
        action: "user.created",
        at: user.created_at,
      });
    }
  });
});

test("demo needs an empty installation", async () => {
  const count = () => inside(dataDir, async (db) => [await db("users").count(), await db("activity").count()]);
  const before = await count();
  expect(refusal(await command(dataDir, ["demo"]))).toMatch(/needs an empty installation/);
  expect(await count()).toEqual(before);
});

test.each(["0", "-1", "1.5", "many", "100001"])("demo refuses --users=%s and creates nothing", async (users) => {
  const empty = newFolder();
  expect(refusal(await command(empty, ["demo", `--users=${users}`]))).toBe(
    "--users: Enter a whole number from 1 to 100000",
  );
  expect(await inside(empty, (db) => db("users"))).toEqual([]);
});
