/** Start of a cell that spreadsheets read as a formula, including full-width characters (OWASP, CSV Injection). */
const signs = "=+\\-@＝＋－＠";
/** Where a spreadsheet may see a cell start: where ours does, and after its own separator (";" in half of Europe). */
const likeFormula = new RegExp(`(^|[,;|\\t\\r\\n])([\\s"]*)(?=[${signs}])|^(?=[\\t\\r\\n])`, "g");

/**
 * One line as in RFC 4180; a possible formula gets an apostrophe in front, which makes spreadsheets show it as text.
 */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const harmless = typeof value === "string" ? text.replace(likeFormula, "$1$2'") : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
