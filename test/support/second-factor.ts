import { generateRecoveryCodes, hashRecoveryCode } from "../../src/second-factor/codes.ts";
import { encrypt } from "../../src/second-factor/encryption.ts";
import { insertSecondFactor, replaceRecoveryCodes } from "../../src/second-factor/queries.ts";
import { base32, stepAt, totp } from "../../src/second-factor/totp.ts";
import type { Roster } from "./roster.ts";
import { plainText } from "./visitor.ts";

type In = Pick<Roster, "db" | "dataDir">;

/** The phone of someone with a second factor. */
export type Factor = {
  /** The secret as an authenticator takes it. */
  secret: string;
  recoveryCodes: string[];
  /** A code that was not used yet. */
  code: () => Promise<string>;
};

/** A user's second factor, as if it had been set up a minute ago. */
export async function giveSecondFactor({ db, dataDir }: In, { id }: { id: number }): Promise<Factor> {
  const secret = Buffer.from(`secret of user ${id}`.padEnd(20));
  const recoveryCodes = generateRecoveryCodes();
  await db.transaction(async (trx) => {
    const encryptedSecret = encrypt(secret, { dataDir, userId: id });
    await insertSecondFactor(trx, { userId: id, encryptedSecret, step: stepAt() - 2 });
    await replaceRecoveryCodes(trx, id, recoveryCodes.map(hashRecoveryCode));
  });
  const code = async (): Promise<string> => {
    await db("second_factors")
      .where({ user_id: id })
      .update({ last_step: stepAt() - 2 });
    return totp(secret, stepAt());
  };
  return { secret: base32(secret), recoveryCodes, code };
}

/** The secret on the page that sets up a second factor. */
export function shownSecret(html: string): string {
  const [, text = ""] = /<code class="secret"[^>]*>([^<]*)<\/code>/.exec(html) ?? [];
  return text.replaceAll(" ", "");
}

/** What an authenticator with the secret shows. */
export function codeFor(secret: string, step = stepAt()): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return totp(Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))), step);
}

/** The recovery codes that a page shows once. */
export function shownCodes(html: string): string[] {
  const [, text = ""] = /<pre class="command"[^>]*><code>([\s\S]*?)<\/code>/.exec(html) ?? [];
  return plainText(text).split("\n").filter(Boolean);
}

/** A six-digit code that is wrong now and soon. */
export function wrongCode(secret: string): string {
  const right = [-3, -2, -1, 0, 1, 2, 3].map((offset) => codeFor(secret, stepAt() + offset));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777"].find(
    (code) => !right.includes(code),
  ) as string;
}
