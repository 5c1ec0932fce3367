import { guardFormulas } from "../platform/formulas.ts";

/** One line of RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const harmless = typeof value === "string" ? guardFormulas(text) : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
