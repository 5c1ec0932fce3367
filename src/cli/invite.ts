import { z } from "zod";
import { userResource } from "../api/resources.ts";
import { inviteUser } from "../invitations/changes.ts";
import { invitationDays } from "../passwords/link-queries.ts";
import { ValidationError } from "../roles/errors.ts";
import { emailError } from "../users/changes.ts";
import { words } from "../words/words.ts";
import { operator } from "./command.ts";
import { dataCommand, describeUser, requireOrganization, requireUserByEmail } from "./installation.ts";
import { organizationOption, personOptions, roleOption } from "./options.ts";

export const invite = dataCommand({
  summary: "creates a user without a password, and prints a one-time link for the user to choose one",
  schema: z.object({ ...personOptions, role: roleOption, organization: organizationOption }),
  example: "--email max@example.com --first-name Max --last-name Smith --role member --organization Acme",
  run: async (installation, { organization: name, ...person }) => {
    const { db } = installation;
    const organization = await requireOrganization(db, name);
    const { email: taken } = await emailError(db, person.email);
    if (taken) throw new ValidationError(`--email: ${taken}`);
    const order = { actor: operator, organizationId: organization.id, person, delivery: "link" } as const;
    const { link } = await inviteUser(installation, order);
    const user = await requireUserByEmail(db, person.email);
    const lines = [
      `Invited ${describeUser(person)}, ${words().roles[person.role]} of ${organization.name}.`,
      `This link to choose a password works once, for ${invitationDays} days:`,
      link ?? "",
    ];
    return { lines, json: { link, user: userResource(user), organization } };
  },
});
