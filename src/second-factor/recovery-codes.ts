import { z } from "zod";
import type { Deps } from "../deps.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { render } from "../web/render.ts";
import { renewRecoveryCodes } from "./changes.ts";
import { code } from "./codes.ts";
import { noFactor, requireSetUp, sectionPath } from "./require-set-up.ts";

/** New recovery codes replace the old ones; the response shows them once. */
export function newRecoveryCodes(deps: Deps): FormHandlers {
  return requireSetUp(
    true,
    noFactor,
    formPage({
      view: "second-factor/recovery-codes",
      title: "Make new recovery codes",
      schema: z.object({ code }),
      secret: ["code"],
      open: currentUser,
      values: () => ({}),
      save: async ({ code }, user, req, res) => {
        const codes = await renewRecoveryCodes(deps, { actor: authorizedActor(req), user, code });
        render(req, res, "second-factor/codes", { title: "Your recovery codes", codes, next: sectionPath });
        return "answered";
      },
    }),
  );
}
