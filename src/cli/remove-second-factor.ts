import { ValidationError } from "../roles/errors.ts";
import { removeSecondFactor } from "../second-factor/changes.ts";
import { operator } from "./command.ts";
import { userCommand } from "./installation.ts";

export const removeFactor = userCommand({
  summary: "removes the second factor of a user who lost their phone and recovery codes; the user gets an email",
  run: async ({ user, name, ...deps }) => {
    const removed = await removeSecondFactor(deps, { actor: operator, user });
    if (!removed) throw new ValidationError(`--email: ${name} has no second factor`);
    const lines = [`Removed the second factor of ${name}. They now log in with just their password.`];
    return { lines, json: {} };
  },
});
