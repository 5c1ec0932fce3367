import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { turnOffSecondFactor } from "./changes.ts";
import { code } from "./codes.ts";
import { profilePath, requireSetUp } from "./require-set-up.ts";
import { turnOffError } from "./rules.ts";

export function turnOffFactor(deps: Deps): FormHandlers {
  return requireSetUp(
    true,
    () => words().secondFactor.none,
    formPage({
      view: "second-factor/turn-off",
      title: () => words().secondFactor.turnOff.title,
      schema: z.object({ code }),
      secret: ["code"],
      open: currentUser,
      page: ({ factor, role }) => ({ reason: turnOffError(factor.secondFactorRule, role) }),
      save: async ({ code }, user, req) => {
        await turnOffSecondFactor(deps, { actor: authorizedActor(req), user, code });
        return { to: profilePath, notice: words().secondFactor.turnOff.done };
      },
    }),
  );
}
