import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "@jest/globals";
import sharp from "sharp";
import { password } from "../support/people.ts";
import { addressOf, type Run, run, runServerAlone } from "../support/process.ts";
import { testIf } from "../support/test-if.ts";
import { type Visitor, visit } from "../support/visitor.ts";

const email = "ada@example.com";
const create = ["create-admin", "--email", email, "--first-name", "Ada", "--last-name", "L", "--organization", "Acme"];

let dataDir: string;
let server: Run;
let url: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "roster-photos-"));
  const settings = { DATA_DIR: dataDir };
  await run(process.execPath, ["src/cli.ts", ...create], settings, { input: `${password}\n` }).ended;
  server = runServerAlone(settings);
  url = await addressOf(server);
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.ended;
  rmSync(dataDir, { recursive: true });
});

async function logIn(): Promise<Visitor> {
  const visitor = visit({ url });
  expect((await visitor.submit("/login", { email, password })).status).toBe(303);
  return visitor;
}

/** More than can wait. */
const count = 14;

/** The most memory that the server has used so far, in MiB. */
const peak = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"))?.[1]) / 1024;

testIf(process.platform === "linux", "only Linux shows the most memory that a process had")(
  "many of the largest photos together take the memory of one, and people can log in meanwhile",
  async () => {
    const create = { width: 7_071, height: 7_071, channels: 3 as const, background: "teal" };
    const jpeg = sharp({ create })
      .withMetadata({ orientation: 6 })
      .jpeg({ progressive: true, chromaSubsampling: "4:4:4" });
    const photo = await jpeg.toBuffer();
    const ada = await logIn();
    const _csrf = await ada.token("/admin/organization");
    const before = peak();
    const uploads = Array.from({ length: count }, () =>
      ada.agent.post("/admin/managers/1/photo").field({ _csrf }).attach("photo", photo, "photo.jpg"),
    );
    const sending = Promise.all(uploads.map(async (upload) => upload));
    await logIn();
    await logIn();
    expect((await visit({ url }).get("/healthz")).status).toBe(200);
    const answers = await sending;
    expect(peak() - before).toBeLessThan(800);
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status !== 503).map(({ status }) => status)).toEqual(
      Array(count - busy.length).fill(303),
    );
    // How many have to wait depends on how quickly they arrive; users/photo.test.ts checks that one too many is
    // refused.
    expect(busy.length).toBeLessThanOrEqual(count - 10);
    for (const { headers, text } of busy)
      expect([headers["retry-after"], text]).toEqual(["10", expect.stringContaining("Roster is busy")]);
  },
);
