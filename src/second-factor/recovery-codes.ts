import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { words } from "../words/words.ts";
import { renewRecoveryCodes } from "./changes.ts";
import { code } from "./codes.ts";
import { requireSetUp, sectionPath } from "./require-set-up.ts";

/** New recovery codes replace the old ones; the response shows them once. */
export function newRecoveryCodes(deps: Deps): FormHandlers {
  return requireSetUp(
    true,
    () => words().secondFactor.none,
    formPage({
      view: "second-factor/recovery-codes",
      title: () => words().secondFactor.newCodes.title,
      schema: z.object({ code }),
      secret: ["code"],
      open: currentUser,
      save: async ({ code }, user, req, res) => {
        const codes = await renewRecoveryCodes(deps, { actor: authorizedActor(req), user, code });
        render(req, res, "second-factor/codes", { title: words().secondFactor.codes.title, codes, next: sectionPath });
        return "answered";
      },
    }),
  );
}
