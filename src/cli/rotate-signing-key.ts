import { z } from "zod";
import { replaceSigningKeys } from "../oidc/signing-keys.ts";
import { dataCommand } from "./installation.ts";

export const rotateSigningKey = dataCommand({
  summary: "replaces the keys that sign ID tokens; the old public keys stay published for 24 hours",
  schema: z.object({}),
  example: "",
  run: async ({ db, config }) => {
    await replaceSigningKeys(db, config.dataDir);
    return {
      lines: ["New keys sign ID tokens. The old public keys stay published for 24 hours."],
      json: { rotated: true },
    };
  },
});
