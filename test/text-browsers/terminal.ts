import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A program at an invisible terminal: keys go in, and the screen can be read. */
export type Terminal = {
  /** A folder that is also the program's home. */
  folder: string;
  /** Presses a key by tmux's name for it (Enter, Tab, Home, C-u), this many times. */
  press: (key: string, times?: number) => Promise<void>;
  type: (text: string) => Promise<void>;
  /** The visible text, once nothing moves; `colored` with the escape sequences for colors. */
  screen: (look?: { colored: boolean }) => Promise<string>;
  /** Where the cursor is, counted from 0. */
  cursor: () => Promise<{ column: number; row: number }>;
  close: () => Promise<void>;
};

/** The programs that the machine does not have. */
export const missing = (programs: string[]): string[] => programs.filter((program) => !isInstalled(program));

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, [program === "tmux" ? "-V" : "-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a program in tmux, in a window so tall that every page fits. */
export async function openTerminal(command: string[]): Promise<Terminal> {
  const folder = mkdtempSync(join(tmpdir(), "roster-terminal-"));
  const tmux = async (...args: string[]): Promise<string> =>
    (
      await execute("tmux", ["-u", "-S", join(folder, "tmux"), "-f", "/dev/null", ...args], {
        env: { PATH: process.env.PATH, HOME: folder, LANG: "C.UTF-8", TERM: "xterm-256color" },
      })
    ).stdout;
  await tmux("new-session", "-d", "-x", "130", "-y", "300", ...command);

  const look = (colored: boolean): Promise<string> => tmux("capture-pane", "-p", ...(colored ? ["-e"] : []));
  return {
    folder,
    press: async (key, times = 1) => {
      if (times > 0) await tmux("send-keys", "-N", String(times), key);
    },
    type: async (text) => void (await tmux("send-keys", "-l", "--", text)),
    screen: async ({ colored } = { colored: false }) => {
      for (let before = await look(colored); ; ) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const now = await look(colored);
        if (now === before && now.trim() !== "") return now;
        before = now;
      }
    },
    cursor: async () => {
      const [column = 0, row = 0] = (await tmux("display", "-p", "#{cursor_x},#{cursor_y}")).split(",").map(Number);
      return { column, row };
    },
    close: async () => {
      await tmux("kill-server");
      // w3m may still be writing its history.
      rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
