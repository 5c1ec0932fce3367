import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { decrypt, encrypt } from "../../src/second-factor/encryption.ts";

const folder = mkdtempSync(join(tmpdir(), "roster-sealing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const mine = { dataDir: folder, userId: 1 };
const secret = Buffer.from("a secret of someone");

test("a sealed secret opens again, is different each time and never shows the secret", () => {
  const encrypted = [encrypt(secret, mine), encrypt(secret, mine)];
  expect(encrypted.map((text) => decrypt(text, mine))).toEqual([secret, secret]);
  expect(encrypted[0]).not.toBe(encrypted[1]);
  for (const text of encrypted) expect(Buffer.from(text, "base64url").includes("secret")).toBe(false);
});

test("a sealed secret does not open for another user or after a change", () => {
  const encrypted = encrypt(secret, mine);
  expect(decrypt(encrypted, { ...mine, userId: 2 })).toBeUndefined();
  for (const at of [0, 20, encrypted.length - 2]) {
    const changed = `${encrypted.slice(0, at)}${encrypted[at] === "A" ? "B" : "A"}${encrypted.slice(at + 1)}`;
    expect(decrypt(changed, mine)).toBeUndefined();
  }
  for (const text of ["", "x", "A".repeat(30)]) expect(decrypt(text, mine)).toBeUndefined();
});

test("a sealed secret needs its key file, which only its owner can read", () => {
  const encrypted = encrypt(secret, mine);
  const file = join(folder, "factor-secret");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  writeFileSync(file, `${"x".repeat(43)}\n`);
  expect(decrypt(encrypted, mine)).toBeUndefined();
});
