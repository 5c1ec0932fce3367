import type { Status } from "../roles/people.ts";
import { changeUser } from "../users/changes.ts";
import { type Command, operator } from "./command.ts";
import { userCommand } from "./installation.ts";

export const deactivateUser = changing("inactive", {
  summary: "deactivates the user: sessions and reset links end, API keys are paused; refuses for the last active Admin",
  done: "now inactive. Sessions and reset links have ended; API keys are paused.",
});
export const activateUser = changing("active", {
  summary: "activates the user, who logs in with the old password; API keys work again",
  done: "active again. API keys work again unless they have expired or were revoked.",
});

function changing(status: Status, { summary, done }: { summary: string; done: string }): Command {
  return userCommand({
    summary,
    run: async ({ user, name, ...deps }) => {
      const { isChanged: changed } = await changeUser(deps, { actor: operator, user, fields: { status } });
      const lines = [changed ? `${name} is ${done}` : `${name} is already ${status}.`];
      return { lines, json: { changed } };
    },
  });
}
