import { auditedChange } from "../audit/audited-change.ts";
import type { Deps } from "../deps.ts";
import type { CurrentUser } from "../roles/people.ts";
import { authorizedActor, currentUser } from "../sessions/current-user.ts";
import { type FormHandlers, formPage } from "../web/form.ts";
import { words } from "../words/words.ts";
import { hasSeveralUsers, hideFirstSteps } from "./queries.ts";

type Step = { name: string; address: string; isDone: boolean };
type Setting = { id: string; name: string; about: string; lines: string; isDone: boolean };

const path = "/admin/organization/first-steps";

/** How to make the settings that only the person who runs Roster can make; the POST hides the first steps for everyone. */
export function firstStepsPage({ db, ...deps }: Deps): FormHandlers {
  return formPage({
    view: "organization/first-steps",
    title: () => words().firstSteps.title,
    open: () => ({}),
    page: () => ({ settings: settings(deps), list: "/admin/managers" }),
    save: async (_input, _context, req) => {
      const { organizationId } = currentUser(req);
      const entry = { actor: authorizedActor(req), organizationId, action: "first-steps.hidden" } as const;
      await auditedChange(db, entry, async (trx) => ((await hideFirstSteps(trx, organizationId)) ? {} : undefined));
      return { to: "/admin/managers", notice: words().firstSteps.hidden };
    },
  });
}

/** The card above Managers; undefined once everything is done or someone has hidden it. */
export async function firstSteps({ db, ...deps }: Deps, user: CurrentUser): Promise<Step[] | undefined> {
  if (!user.showsFirstSteps) return undefined;
  const { createUser, secondFactor } = words().firstSteps;
  const steps = [
    { name: createUser, address: "/admin/managers/new", isDone: await hasSeveralUsers(db, user.organizationId) },
    { name: secondFactor, address: "/profile/second-factor", isDone: user.factor.isSetUp },
    ...settings(deps).map(({ id, name, isDone }) => ({ name, address: `${path}#${id}`, isDone })),
  ];
  return steps.some(({ isDone }) => !isDone) ? steps : undefined;
}

function settings({ config, baseUrlGiven }: Pick<Deps, "config" | "baseUrlGiven">): Setting[] {
  const { mail, publicAddress, backups } = words().firstSteps;
  return [
    {
      ...{ id: "mail", ...mail, isDone: config.smtpUrl !== undefined },
      lines: "SMTP_URL=smtps://user:password@mail.example.com\nMAIL_FROM=Roster <roster@example.com>",
    },
    {
      ...{ id: "public-address", ...publicAddress, isDone: baseUrlGiven },
      lines: "BASE_URL=https://roster.example.com",
    },
    // PostgreSQL is backed up with its own tools.
    ...(config.databaseUrl === undefined
      ? [{ id: "backups", ...backups, isDone: config.backupDir !== undefined, lines: "BACKUP_DIR=/var/backups/roster" }]
      : []),
  ];
}
