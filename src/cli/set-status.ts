import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import type { Status } from "../roles/people.ts";
import { changeUser } from "../users/changes.ts";
import { type Command, defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const deactivateUser = changing("inactive", {
  summary: "deactivates the user: sessions and reset links end, API keys are paused; refuses for the last active Admin",
  done: "now inactive. Sessions and reset links have ended; API keys are paused.",
});
export const activateUser = changing("active", {
  summary: "activates the user, who logs in with the old password; API keys work again",
  done: "active again. API keys work again unless they have expired or were revoked.",
});

function changing(status: Status, { summary, done }: { summary: string; done: string }): Command {
  return defineCommand({
    summary,
    schema: z.object({ email: emailOption }),
    example: "--email max@example.com",
    run: async ({ email }) => {
      return withInstallation(async ({ db, config }) => {
        const user = await requireUserByEmail(db, email);
        const deps = { db, config, mailer: createMailer(config.sessionSecrets) };
        const { isChanged: changed } = await changeUser(deps, { actor: operator, user, fields: { status } });
        const name = describeUser(user);
        const lines = [changed ? `${name} is ${done}` : `${name} is already ${status}.`];
        return { lines, json: { changed, user: { ...userResource(user), status } } };
      });
    },
  });
}
