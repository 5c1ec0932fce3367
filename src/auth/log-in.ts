import type { Request } from "express";
import { z } from "zod";
import { auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import { type FormHandlers, FormRefused, formPage } from "../web/form.ts";
import { safePath } from "./guards.ts";
import { findUserByEmail, updateLastLogin } from "./queries.ts";
import { startSession } from "./start-session.ts";
import { countLogin, forgetLogins } from "./throttle.ts";

const schema = z.object({ email: z.string("Enter your e-mail address"), password: z.string("Enter your password") });

/** One answer, in the same time, for a wrong password, an unknown address and an inactive user. */
const refused = "The e-mail address or the password is not right. Check both and try again.";

export function logIn({ db, hashing }: Deps): FormHandlers {
  return formPage({
    view: "auth/log-in",
    title: "Log in",
    schema,
    secret: ["password"],
    open: () => ({}),
    values: () => ({ email: "" }),
    save: async ({ email: typed, password }, _context, req) => {
      const email = typed.trim().toLowerCase();
      await countLogin(db, email, req.ip ?? "");
      const user = await findUserByEmail(db, email);
      const right = await hashing.verify(password, user?.passwordHash);
      if (!user || !right || user.status !== "active") throw new FormRefused({ form: refused });
      await forgetLogins(db, email);
      await startSession(req, user.id);
      await auditedChange(
        db,
        {
          actor: userAt(req, user.id),
          organizationId: user.organizationId,
          subjectId: user.id,
          action: "user.logged-in",
        },
        async (trx) => {
          await updateLastLogin(trx, user.id);
          return {};
        },
      );
      return { to: safePath(req.query.next) };
    },
  });
}

const userAt = (req: Request, id: number) => ({
  kind: "user" as const,
  id,
  address: req.ip,
  browser: req.get("User-Agent"),
});
