import { dirname, join } from "node:path";
import { isSea } from "node:sea";

/** Whether this is the single executable from `npm run package`, without a package around it. */
export const isExecutable: boolean = isSea();

/** The folder of the package or the executable, where `.env` is. Relative settings start here. */
export const root: string = isExecutable ? dirname(process.execPath) : join(import.meta.dirname, "../..");

/** A program and its first arguments that run a command in a separate process. */
export const ownCommand: [string, ...string[]] = isExecutable
  ? [process.execPath]
  : [process.execPath, ...process.execArgv, join(root, "src/cli.ts")];

/** What operators type before a command's name, and to start the server. */
export const [typedForCommands, typedForServer] = isExecutable
  ? ["./roster", "./roster"]
  : ["npm run roster --", "npm start"];
