import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { ValidationError } from "../roles/errors.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { knownEmail } from "../users/fields.ts";
import { erasureError } from "../users/rules.ts";
import { aboutUser, fullName, openUser, profilePathWithReturn } from "../users/user-page.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { erasedPerson } from "./erase-queries.ts";
import { eraseUser, recordErasures, requireErasable } from "./erase-user.ts";

const waitMs = 1_500;

/** The page that asks, for an inactive user: the email typed proves that it is the right one, the password who asks. */
export function erasePage(deps: Deps): FormHandlers {
  return formPage({
    view: "personal-data/erase",
    title: () => words().erase.title,
    schema: z.object({ email: knownEmail, ownPassword: z.string({ error: () => words().erase.enterPassword }) }),
    secret: ["ownPassword"],
    open: (req) => openUser(deps.db, req),
    page: (user, req) => ({
      ...aboutUser(user, req),
      becomes: { name: fullName(erasedPerson(user.id)), email: erasedPerson(user.id).email },
      ownEmail: currentUser(req).email,
      reason: erasureError(user),
    }),
    validate: async (values, user) => ({
      ...(knownEmail.safeParse(values.email).data !== user.email && { email: words().erase.wrongEmail }),
      ...(values.ownPassword === "" && { ownPassword: words().erase.enterPassword }),
    }),
    save: async ({ ownPassword }, user, req) => {
      requireErasable(user);
      if (!(await deps.reauthentication.confirm(req, ownPassword)))
        throw new ValidationError({ ownPassword: words().confirmation.wrong });
      await eraseUser(deps, { actor: authorizedActor(req), user });
      await complete(deps);
      return { to: profilePathWithReturn(user, req), notice: words().erase.done };
    },
  });
}

/** After a short while the answer leaves, and what the disk still has is overwritten in the background. */
async function complete(deps: Deps): Promise<void> {
  const isComplete = recordErasures(deps)
    .catch((error: unknown) => void deps.logger.error({ err: error }, "an erasure is not complete yet"))
    .then(() => undefined);
  await Promise.race([isComplete, wait(waitMs, undefined, { ref: false })]);
}
