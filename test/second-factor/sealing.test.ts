import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { seal, unseal } from "../../src/second-factor/sealing.ts";

const folder = mkdtempSync(join(tmpdir(), "roster-sealing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const mine = { dataDir: folder, userId: 1 };
const secret = Buffer.from("a secret of someone");

test("a sealed secret opens again, is different each time and never shows the secret", () => {
  const sealed = [seal(secret, mine), seal(secret, mine)];
  expect(sealed.map((text) => unseal(text, mine))).toEqual([secret, secret]);
  expect(sealed[0]).not.toBe(sealed[1]);
  for (const text of sealed) expect(Buffer.from(text, "base64url").includes("secret")).toBe(false);
});

test("a sealed secret does not open for another user or after a change", () => {
  const sealed = seal(secret, mine);
  expect(unseal(sealed, { ...mine, userId: 2 })).toBeUndefined();
  for (const at of [0, 20, sealed.length - 2]) {
    const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
    expect(unseal(changed, mine)).toBeUndefined();
  }
  for (const text of ["", "x", "A".repeat(30)]) expect(unseal(text, mine)).toBeUndefined();
});

test("a sealed secret needs its key file, which only its owner can read", () => {
  const sealed = seal(secret, mine);
  const file = join(folder, "factor-secret");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  writeFileSync(file, `${"x".repeat(43)}\n`);
  expect(unseal(sealed, mine)).toBeUndefined();
});
