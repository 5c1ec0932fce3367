import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { createMailer } from "../outbox/mailer.ts";
import type { Status } from "../roles/people.ts";
import { changeUser } from "../users/changes.ts";
import { type Command, defineCommand, operator } from "./command.ts";
import { describeUser, requireUserByEmail, withInstallation } from "./installation.ts";
import { emailOption } from "./options.ts";

export const deactivateUser = changing("inactive", {
  summary: "deactivates the user: sessions and reset links end, API keys rest; never the last active Admin",
  done: "inactive now: sessions and reset links have ended, and API keys rest.",
});
export const activateUser = changing("active", {
  summary: "activates the user again, who logs in with the old password; API keys work again too",
  done: "active again, and so are the API keys that have not ended.",
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
        const lines = [changed ? `${name} is ${done}` : `${name} is ${status} already.`];
        return { lines, json: { changed, user: { ...userResource(user), status } } };
      });
    },
  });
}
