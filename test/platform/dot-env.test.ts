import { chmodSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { root } from "../../src/platform/root.ts";
import { copyInstallation } from "../support/installation.ts";
import { run } from "../support/process.ts";

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = copyInstallation());
});
afterEach(() => remove());

const flags = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--disable-warning=ExperimentalWarning"];

/** @returns the lines of doctor in the copied installation */
async function doctor(): Promise<string[]> {
  const { ended, out, err } = run(process.execPath, [...flags, "src/cli.ts", "doctor"], {}, { cwd: folder });
  await ended;
  return `${out()}${err()}`.trimEnd().split("\n");
}

describe(".env", () => {
  test("in another encoding than UTF-8 is refused in one line", async () => {
    writeFileSync(join(folder, ".env"), Buffer.from("PORT=3000\nMAIL_FROM=Zoë <a@b.example>\n", "latin1"));
    const lines = await doctor();
    expect(lines).toEqual([expect.anything(), expect.stringMatching(/^problem +settings: \S+\.env is not UTF-8 text/)]);
  });

  test("with a name close to a setting's gets a warning, and other names get none", async () => {
    writeFileSync(join(folder, ".env"), "SMPT_URL=smtp://mail.example.com\nNODE_ENV=production\nTZ=Europe/Rome\n", {
      mode: 0o600,
    });
    const slips = (await doctor()).filter((line) => line.includes("Did you mean"));
    expect(slips).toEqual([expect.stringMatching(/^warning +settings: SMPT_URL in \.env .*Did you mean SMTP_URL\?$/)]);
  });

  test("that cannot be read stops every command and shows its owner and mode", async () => {
    writeFileSync(join(folder, ".env"), "PORT=3000\n", { mode: 0o000 });
    writeFileSync(join(folder, "probe.ts"), 'import { loadDotEnv } from "./src/platform/dot-env.ts";\nloadDotEnv();\n');
    // Root can read every file, so it runs as another user, who cannot read root's own folders either.
    const asOther = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    rmSync(join(folder, "node_modules"));
    cpSync(process.execPath, join(folder, "node"));
    cpSync(join(root, "node_modules/fastest-levenshtein"), join(folder, "node_modules/fastest-levenshtein"), {
      recursive: true,
    });
    const { ended, err } = run(join(folder, "node"), ["probe.ts"], {}, { cwd: folder, ...asOther });
    expect(await ended).toBe(1);
    const owner = `${process.getuid?.()}:${process.getgid?.()}`;
    expect(err()).toMatch(`.env can't be read (EACCES): its owner is ${owner} with mode 0000, and this is `);
  });

  test("that root owns and the service's group reads is accepted, and one that others read is not", async () => {
    writeFileSync(join(folder, ".env"), "BACKUP_DIR=data\n");
    const aboutFiles = async (mode: number) => {
      chmodSync(join(folder, ".env"), mode);
      return (await doctor()).filter((line) => /\.env/.test(line));
    };
    expect(await aboutFiles(0o640)).toEqual([]);
    expect(await aboutFiles(0o644)).toEqual([
      expect.stringMatching(/^problem +files: other users can read .*\.env\. Run chmod g=r,o= /),
    ]);
    expect(await aboutFiles(0o660)).toHaveLength(1);
  });
});
