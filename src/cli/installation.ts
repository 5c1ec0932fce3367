import { z } from "zod";
import { userResource } from "../api/resources.ts";
import type { Config } from "../config.ts";
import { type Database, isPostgres, openDatabase } from "../database/database.ts";
import { migrate, pendingMigrations } from "../database/migrate.ts";
import { findOrganizationByName } from "../organization/queries.ts";
import { createMailer, type Mailer } from "../outbox/mailer.ts";
import { ValidationError } from "../roles/errors.ts";
import type { Organization, User } from "../roles/people.ts";
import { shareFactorSecret } from "../second-factor/shared-secret.ts";
import { findUserByAnyEmail, requireUser } from "../users/queries.ts";
import type { Command, Outcome } from "./command.ts";
import { loadSettings } from "./data-file.ts";
import { emailOption } from "./options.ts";
import type { PrintList } from "./print-list.ts";
import { listOrganizations } from "./queries.ts";

/** What commands work with; their emails are sent by the server. */
export type Installation = { db: Database; config: Config & { baseUrl: string }; mailer: Mailer };

/**
 * Opens the server's data with the server's settings while `work` runs.
 * @param allowsNew whether to create a data file if there is none
 * @throws ValidationError if there is none otherwise
 */
export async function withInstallation<T>(
  work: (installation: Installation) => Promise<T>,
  { allowsNew = false } = {},
): Promise<T> {
  const config = loadSettings({ allowsNew });
  const db = await openDatabase(config);
  try {
    // Not on standard output: that is the command's output, which may be JSON.
    await migrate(db, config.dataDir, console.error);
    if (isPostgres(db)) await shareFactorSecret(db, { dataDir: config.dataDir, secrets: config.sessionSecrets });
    const baseUrl = config.baseUrl ?? `http://localhost:${config.port}`;
    return await work({ db, config: { ...config, baseUrl }, mailer: createMailer(config.sessionSecrets) });
  } finally {
    await db.destroy();
  }
}

type DataCommand<Schema extends z.ZodObject> = Omit<Command<Schema>, "run"> & {
  allowsNew?: boolean;
  run: (installation: Installation, input: z.output<Schema>, printList: PrintList) => Promise<Outcome | "printed">;
};

/** A command that needs only its options before it opens the data. */
export function dataCommand<Schema extends z.ZodObject>(command: DataCommand<Schema>): Command<Schema> {
  const { run, allowsNew = false, ...described } = command;
  return {
    ...described,
    run: (input, printList) => withInstallation((installation) => run(installation, input, printList), { allowsNew }),
  };
}

type UserCommand = {
  summary: string;
  run: (about: Installation & { user: User; name: string }) => Promise<Outcome>;
};

/**
 * A command about one user. `name` is the user in a line that says what was done; the JSON also gets the `user` as
 * saved.
 */
export function userCommand({ summary, run }: UserCommand): Command {
  return dataCommand({
    summary,
    schema: z.object({ email: emailOption }),
    example: "--email max@example.com",
    run: async (installation, { email }) => {
      const { db } = installation;
      const user = await requireUserByEmail(db, email);
      const { json, ...outcome } = await run({ ...installation, user, name: describeUser(user) });
      const saved = await requireUser(db, user.organizationId, user.id);
      return { ...outcome, json: { ...json, user: userResource(saved) } };
    },
  });
}

/** For commands that do not change the data themselves. @throws ValidationError if it is not of this version */
export async function requireCurrent(db: Database): Promise<void> {
  const [pending] = await pendingMigrations(db);
  if (pending)
    throw new ValidationError(
      `The data is from an older Roster (it lacks "${pending}"). Start the server once to update it`,
    );
}

/** The user of a command, by the current or the last confirmed address. @throws ValidationError */
export async function requireUserByEmail(db: Database, email: string): Promise<User> {
  const user = await findUserByAnyEmail(db, email);
  if (!user) throw new ValidationError(`--email: No user with email ${email}`);
  return user;
}

/** A user in a line that says what was done. */
export const describeUser = ({ firstName, lastName, email }: Pick<User, "firstName" | "lastName" | "email">): string =>
  `${firstName} ${lastName} (${email})`;

/** The organization of a command, by its name in any case. @throws ValidationError that lists the existing ones */
export async function requireOrganization(db: Database, name: string): Promise<Organization> {
  const known = await findOrganizationByName(db, name);
  if (known) return known;
  const names = (await listOrganizations(db)).map((organization) => organization.name);
  const choice = names.length > 0 ? `Choose from: ${names.join(", ")}` : "There are no organizations yet";
  throw new ValidationError(`--organization: No organization ${JSON.stringify(name)}. ${choice}`);
}
