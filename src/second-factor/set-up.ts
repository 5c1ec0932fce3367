import { randomBytes } from "node:crypto";
import type { Request } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { ValidationError } from "../roles/errors.ts";
import { isRequired } from "../roles/second-factor-rule.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { safePath } from "../web/safe-path.ts";
import { words } from "../words/words.ts";
import { enableSecondFactor } from "./changes.ts";
import { code, groupByFour, parseDigits } from "./codes.ts";
import { decrypt, encrypt } from "./encryption.ts";
import { qrCode } from "./qr-code.ts";
import { profilePath, requireSetUp, sectionPath } from "./require-set-up.ts";
import { base32, matchingStep, otpauthUri } from "./totp.ts";

declare module "express-session" {
  interface SessionData {
    /** The sealed secret of a second factor that is being set up. */
    newFactor?: string;
  }
}

const isSetUp = (): string => words().secondFactor.setUp.done;

/** QR code, secret, and a right code to confirm it; the response shows the recovery codes once. */
export function setUpFactor(deps: Deps): FormHandlers {
  const { dataDir } = deps.config;
  const form = formPage({
    view: "second-factor/set-up",
    title: () => words().secondFactor.setUp.title,
    schema: z.object({ code }),
    secret: ["code"],
    open: (req) => ({ user: currentUser(req), secret: pendingSecret(req, dataDir) }),
    reauthentication: deps.reauthentication,
    page: async ({ user, secret }) => ({
      qrCode: await qrCode(otpauthUri(secret, user.email)),
      secret: groupByFour(base32(secret)),
      isRequired: isRequired(user.factor.secondFactorRule, user.role),
    }),
    save: async ({ code }, { user, secret }, req, res) => {
      const step = matchingStep(secret, parseDigits(code) ?? "");
      if (step === undefined) throw new ValidationError({ code: words().secondFactor.setUp.wrongCode });
      const encryptedSecret = encrypt(secret, { dataDir, userId: user.id });
      const codes = await enableSecondFactor(deps, {
        actor: authorizedActor(req),
        user,
        encryptedSecret,
        step,
        session: req.sessionID,
      });
      if (!codes) return { to: profilePath, notice: isSetUp() };
      delete req.session.newFactor;
      req.user = { ...user, factor: { ...user.factor, isSetUp: true } };
      const next = safePath(req.query.next);
      render(req, res, "second-factor/codes", {
        title: words().secondFactor.codes.title,
        codes,
        next: next === "/" ? sectionPath : next,
      });
      return "answered";
    },
  });
  return requireSetUp(false, isSetUp, form);
}

/** Stays the same until confirmed, so that the page still matches what the phone scanned. */
function pendingSecret(req: Request, dataDir: string): Buffer {
  const owner = { dataDir, userId: currentUser(req).id };
  const known = req.session.newFactor && decrypt(req.session.newFactor, owner);
  if (known) return known;
  // As long as SHA-1's result (RFC 4226, 4).
  const secret = randomBytes(20);
  req.session.newFactor = encrypt(secret, owner);
  return secret;
}
