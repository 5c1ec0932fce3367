import { dirname, join } from "node:path";
import { isSea } from "node:sea";

/** Whether this is the single executable that `npm run package` makes, with no package around it. */
export const isExecutable: boolean = isSea();

/** The package's folder, or the executable's: `.env` and relative settings are found from here. */
export const root: string = isExecutable ? dirname(process.execPath) : join(import.meta.dirname, "../..");

/** A program and its first arguments, which run a command in a process of its own. */
export const ownCommand: [string, ...string[]] = isExecutable
  ? [process.execPath]
  : [process.execPath, ...process.execArgv, join(root, "src/cli.ts")];

/** What operators type before a command's name, and what they type to start the server. */
export const [typedForCommands, typedForServer] = isExecutable
  ? ["./roster", "./roster"]
  : ["npm run roster --", "npm start"];
