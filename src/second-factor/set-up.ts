import { randomBytes } from "node:crypto";
import type { Request } from "express";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { Refusal } from "../roles/refusal.ts";
import { isRequired } from "../roles/second-factor-rule.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { safePath } from "../web/safe-path.ts";
import { enableSecondFactor } from "./changes.ts";
import { asDigits, code, inFours } from "./codes.ts";
import { ownPage, ownSection, whereSetUp } from "./own-page.ts";
import { qrCode } from "./qr-code.ts";
import { seal, unseal } from "./sealing.ts";
import { base32, matchingStep, otpauthAddress } from "./totp.ts";

declare module "express-session" {
  interface SessionData {
    /** The sealed secret of a second factor that is being set up. */
    newFactor?: string;
  }
}

const isSetUp = "Your second factor is set up. Its recovery codes are shown only once; you can make new ones.";

/** QR code, secret, and a right code to confirm it; the response shows the recovery codes once. */
export function setUpFactor(deps: Deps): FormHandlers {
  const { dataDir } = deps.config;
  const form = formPage({
    view: "second-factor/set-up",
    title: "Set up your second factor",
    schema: z.object({ code }),
    secret: ["code"],
    open: (req) => ({ user: currentUser(req), secret: secretBeingSetUp(req, dataDir) }),
    values: () => ({}),
    reauthentication: deps.reauthentication,
    page: async ({ user, secret }) => ({
      qrCode: await qrCode(otpauthAddress(secret, user.email)),
      secret: inFours(base32(secret)),
      isRequired: isRequired(user.factor.secondFactorRule, user.role),
    }),
    save: async ({ code }, { user, secret }, req, res) => {
      const step = matchingStep(secret, asDigits(code) ?? "");
      if (step === undefined) throw new Refusal({ code: notRight });
      const sealedSecret = seal(secret, { dataDir, userId: user.id });
      const codes = await enableSecondFactor(deps, {
        actor: authorizedActor(req),
        user,
        sealedSecret,
        step,
        session: req.sessionID,
      });
      if (!codes) return { to: ownPage, notice: isSetUp };
      delete req.session.newFactor;
      req.user = { ...user, factor: { ...user.factor, isSetUp: true } };
      const next = safePath(req.query.next);
      render(req, res, "second-factor/codes", {
        title: "Your recovery codes",
        codes,
        next: next === "/" ? ownSection : next,
      });
      return "answered";
    },
  });
  return whereSetUp(false, isSetUp, form);
}

const notRight =
  "The code is not right. Type the six digits that the app shows now, and check the clocks of the phone and of this computer.";

/** Stays the same until confirmed, so that the page still matches what the phone scanned. */
function secretBeingSetUp(req: Request, dataDir: string): Buffer {
  const sealing = { dataDir, userId: currentUser(req).id };
  const known = req.session.newFactor && unseal(req.session.newFactor, sealing);
  if (known) return known;
  // As long as SHA-1's result (RFC 4226, 4).
  const secret = randomBytes(20);
  req.session.newFactor = seal(secret, sealing);
  return secret;
}
