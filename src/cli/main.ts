import { typedForCommands } from "../platform/root.ts";
import { describeSystemError } from "../platform/system-errors.ts";
import { version } from "../platform/version.ts";
import { ValidationError } from "../roles/errors.ts";
import { backup } from "./backup.ts";
import { check } from "./check.ts";
import { type Command, ErrorList, operator } from "./command.ts";
import { createAdmin } from "./create-admin.ts";
import { createUser } from "./create-user.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { endAllSessions } from "./end-sessions.ts";
import { exportHistory } from "./export-activity.ts";
import { exportUser } from "./export-user.ts";
import { exportUsers } from "./export-users.ts";
import { importUsers } from "./import-users.ts";
import { invite } from "./invite.ts";
import { listApplicationsCommand } from "./list-applications.ts";
import { listKeys } from "./list-keys.ts";
import { listMail } from "./list-mail.ts";
import { listUsersCommand } from "./list-users.ts";
import { move } from "./move.ts";
import { listOptions, optionName, readOptions } from "./options.ts";
import { listPrinter } from "./print-list.ts";
import { removeFactor } from "./remove-second-factor.ts";
import { resetPassword } from "./reset-password.ts";
import { restore } from "./restore.ts";
import { retryMail } from "./retry-mail.ts";
import { revokeAnyKey } from "./revoke-key.ts";
import { rotateSigningKey } from "./rotate-signing-key.ts";
import { setPlan } from "./set-plan.ts";
import { activateUser, deactivateUser } from "./set-status.ts";
import { unlockUser } from "./unlock-user.ts";

export const commands: Record<string, Command> = {
  "create-admin": createAdmin,
  "create-user": createUser,
  invite,
  "list-users": listUsersCommand,
  "export-users": exportUsers,
  "export-user": exportUser,
  "import-users": importUsers,
  "deactivate-user": deactivateUser,
  "activate-user": activateUser,
  "reset-password": resetPassword,
  "unlock-user": unlockUser,
  "end-sessions": endAllSessions,
  "remove-second-factor": removeFactor,
  "list-keys": listKeys,
  "revoke-key": revokeAnyKey,
  "list-applications": listApplicationsCommand,
  "rotate-signing-key": rotateSigningKey,
  "set-plan": setPlan,
  "export-activity": exportHistory,
  "list-mail": listMail,
  "retry-mail": retryMail,
  backup,
  restore,
  move,
  check,
  doctor,
  demo,
};

/** @returns the exit code: 0 if the command did what it printed, 1 if one line on standard error says why not */
export async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined) {
    console.error(usage());
    return 1;
  }
  if (name === "--version") {
    console.log(`Roster ${version}`);
    return 0;
  }
  if (name === "help" && args[0] !== undefined) return main([args[0], "--help"]);
  if (isHelp(name) || name === "help") {
    console.log(usage());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.error(`Unknown command ${JSON.stringify(name)}. The commands are: ${Object.keys(commands).join(", ")}`);
    return 1;
  }
  if (args.some(isHelp)) {
    console.log(describe(name, command));
    return 0;
  }
  // One process runs one command: history names it for everything that it does.
  operator.command = name;
  try {
    const isJson = args.includes(jsonFlag);
    const typed = args.filter((word) => word !== jsonFlag);
    const outcome = await command.run(readOptions(typed, command.schema, command.positional), listPrinter(isJson));
    if (outcome === "printed") return 0;
    for (const line of isJson ? [JSON.stringify(outcome.json)] : outcome.lines) if (line) console.log(line);
    return outcome.failed ? 1 : 0;
  } catch (error) {
    const lines = error instanceof ErrorList ? error.lines : [reason(error)];
    for (const line of lines) console.error(oneLine(line));
    return 1;
  }
}

const jsonFlag = "--json";

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function typed(name: string, { schema, positional }: Command): string {
  return [name, ...listOptions(schema, positional).map(({ usage }) => usage)].join(" ");
}

/** Everything about one command. */
function describe(name: string, command: Command): string {
  const options = [
    ...listOptions(command.schema, command.positional),
    { form: jsonFlag, description: "prints JSON, for programs" },
    { form: "--help", description: "shows this help" },
  ];
  const width = Math.max(...options.map(({ form }) => form.length));
  return [
    `${typedForCommands} ${typed(name, command)}`,
    command.summary,
    "\nOptions:",
    ...options.map(({ form, description }) => `  ${form.padEnd(width)}  ${description}`),
    "\nExample:",
    `  ${typedForCommands} ${name} ${command.example}`.trimEnd(),
  ].join("\n");
}

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, command]) => `  ${typed(name, command)}\n      ${command.summary}`,
  );
  return `Usage: ${typedForCommands} COMMAND\n\n${lines.join("\n")}\n\n"help COMMAND" shows the options of a command and an example; --version prints the version; --json prints JSON, for programs.\nCommands read a password from the first line of standard input; at a terminal they prompt for it twice.`;
}

function reason(error: unknown): string {
  if (error instanceof ValidationError) {
    return Object.entries(error.errors)
      .map(([field, message]) => (field === "form" ? message : `${optionName(field)}: ${message}`))
      .join("; ");
  }
  const words = describeSystemError(error);
  if (words) return `${words}. Nothing was changed.`;
  return error instanceof Error ? error.message : String(error);
}

/** Input that a message repeats: it must fit one line and cannot control the terminal. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, "; ")
    .replace(/\p{Cc}/gu, " ");
}
