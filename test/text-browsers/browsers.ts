import { eventually } from "../support/eventually.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** How text browsers differ. */
type Kind = {
  command: (address: string) => string[];
  /** The page with a number in square brackets before each link and control. */
  numbered: (terminal: Terminal) => Promise<string>;
  /** Moves the cursor to the link or control with this number on the numbered page. */
  goTo: (terminal: Terminal, number: number, page: string) => Promise<void>;
  /** The key that ends typing in a field. */
  leave: string;
};

const lynx: Kind = {
  // Fields wait for Enter (-tna), so that a key meant for the page is not typed into one.
  command: (address) => ["lynx", "-accept_all_cookies", "-nopause", "-tna", "-number_fields", address],
  numbered: (terminal) => terminal.screen(),
  goTo: async (terminal, number) => {
    await terminal.press("Home");
    await terminal.press("Down", number - 1);
  },
  leave: "Tab",
};

const w3m: Kind = {
  command: (address) => ["w3m", "-cookie", "-o", "pseudo_inlines=0", "-o", "color=1", address],
  numbered: async (terminal) => numberColored(await terminal.screen({ colored: true })),
  goTo: async (terminal, number, page) => {
    const lines = (page.split(`[${number}]`)[0] ?? "").replace(/\[\d+\]/g, "").split("\n");
    const at = { column: lines.at(-1)?.length ?? 0, row: lines.length - 1 };
    // Keys are lost while it is still drawing: the cursor is moved by what is missing until it is there.
    await eventually(async () => {
      const { column, row } = await terminal.cursor();
      if (row === at.row && column === at.column) return true;
      if (row === at.row) await terminal.press(column < at.column ? "l" : "h", Math.abs(at.column - column));
      else await terminal.press(row < at.row ? "j" : "k", Math.abs(at.row - row));
      await terminal.screen();
      return false;
    });
  },
  leave: "Enter",
};

export const kinds = { lynx, w3m };

/** w3m numbers only links, but colors them blue and controls red; a color continues over the end of a line. */
function numberColored(screen: string): string {
  let [isControl, number, page] = [false, 0, ""];
  for (const [part, colors, words] of screen.replaceAll("\u001b", "␛").matchAll(/␛\[([\d;]*)m|([^␛\n]+)|\n/g)) {
    if (colors === undefined) {
      // An empty field is only blanks between brackets.
      if (isControl && words && (words.trim() || /[[(]$/.test(page))) page += `[${++number}]`;
      page += part;
    } else if (/\b3\d\b/.test(colors)) isControl = /\b3[14]\b/.test(colors);
  }
  return page;
}

/** A person at a text browser. */
export type Reader = {
  /** The page, once it shows these words. */
  sees: (words: string) => Promise<string>;
  /** Follows a link or presses a button whose text begins with these words. */
  follow: (words: string) => Promise<void>;
  /** Types into the field after its label, replacing its text. */
  fill: (label: string, text: string) => Promise<void>;
  /** Chooses the radio, or changes the checkbox, before its label. */
  choose: (label: string) => Promise<void>;
  folder: string;
  close: () => Promise<void>;
};

export async function openTextBrowser(name: keyof typeof kinds, address: string): Promise<Reader> {
  const { command, numbered, goTo, leave } = kinds[name];
  const terminal = await openTerminal(command(address));

  /** Waits for such a screen; a failure shows the current one. */
  async function seen(isRight: (screen: string) => boolean | Promise<boolean>, what: string): Promise<string> {
    const look = async () => {
      const screen = await terminal.screen();
      return (await isRight(screen)) && screen;
    };
    return eventually(look).catch(async () => {
      throw new Error(`${what} in ${name}:\n${(await numbered(terminal)).replace(/\n\s*\n/g, "\n")}`);
    });
  }

  async function activate(pattern: RegExp): Promise<void> {
    let page = "";
    await seen(async () => {
      page = await numbered(terminal);
      return pattern.test(page);
    }, `There is nothing like ${pattern}`);
    await goTo(terminal, Number(pattern.exec(page)?.[1]), page);
    await changes(() => terminal.press("Enter"), `Nothing came of ${pattern}`);
  }

  /** Does something, and waits until the screen shows it. */
  async function changes(act: () => Promise<void>, what: string): Promise<void> {
    const before = await terminal.screen();
    await act();
    await seen((screen) => screen !== before, what);
  }

  return {
    folder: terminal.folder,
    sees: (words) => seen((screen) => screen.includes(words), `There is no “${words}”`),
    follow: (words) => activate(new RegExp(`\\[(\\d+)\\](?:BUTTON\\) )?${escaped(words)}`)),
    fill: async (label, text) => {
      await activate(new RegExp(`^ *${escaped(label)}[\\s\\S]*?\\[(\\d+)\\]`, "m"));
      await changes(async () => {
        await terminal.press("C-u");
        await terminal.type(text);
      }, `Nothing was typed into ${label}`);
      await changes(() => terminal.press(leave), `The cursor did not leave ${label}`);
    },
    choose: (label) => activate(new RegExp(`\\[(\\d+)\\].{0,4} ${escaped(label)}`)),
    close: terminal.close,
  };
}

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
