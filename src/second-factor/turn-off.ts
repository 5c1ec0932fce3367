import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { turnOffSecondFactor } from "./changes.ts";
import { code } from "./codes.ts";
import { noFactor, profilePath, requireSetUp } from "./require-set-up.ts";
import { turnOffError } from "./rules.ts";

export function turnOffFactor(deps: Deps): FormHandlers {
  return requireSetUp(
    true,
    noFactor,
    formPage({
      view: "second-factor/turn-off",
      title: "Turn off your second factor",
      schema: z.object({ code }),
      secret: ["code"],
      open: currentUser,
      values: () => ({}),
      page: ({ factor, role }) => ({ reason: turnOffError(factor.secondFactorRule, role) }),
      save: async ({ code }, user, req) => {
        await turnOffSecondFactor(deps, { actor: authorizedActor(req), user, code });
        return { to: profilePath, notice: "Your second factor is turned off." };
      },
    }),
  );
}
