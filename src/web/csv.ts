/** What spreadsheets take for a formula where a cell begins with it, full-width forms included (OWASP, CSV Injection). */
const likeFormula = /^[=+\-@\t\r\n＝＋－＠]/;

/** One line of RFC 4180; a cell that begins like a formula gets an apostrophe in front, which spreadsheets show as text. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const harmless = typeof value === "string" && likeFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
