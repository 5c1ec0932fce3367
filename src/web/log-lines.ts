import pino, { type DestinationStream } from "pino";

/** Where the log goes: JSON lines for programs, plain text for people at a terminal. */
export function logTo(output: { isTTY?: boolean; write: (text: string) => unknown }): DestinationStream | undefined {
  if (!output.isTTY) return undefined;
  return { write: (line) => void output.write(readable(line)) };
}

/** A log line as plain text; outside input can neither break it nor control the terminal. */
export function readable(line: string): string {
  const { level, time, msg, method, route, status, ms, request, err, ...rest } = JSON.parse(line);
  const asked = method && [method, route ?? "(no such address)", status, `${ms} ms`].join(" ");
  const named = Object.entries({ ...rest, request }).filter(([, value]) => value !== undefined);
  const more = named.map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const head = [new Date(time).toISOString().slice(11, 19), pino.levels.labels[level], msg, asked, ...more];
  const stack = err ? String(err.stack ?? err.message).split("\n") : [];
  const lines = [head.filter((part) => part !== undefined).join(" "), ...stack.map((text) => `    ${text.trim()}`)];
  return `${lines.map((text) => text.replace(/\p{Cc}/gu, " ")).join("\n")}\n`;
}
