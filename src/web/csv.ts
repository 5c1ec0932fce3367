/** What spreadsheets take for a formula where a cell begins with it, full-width forms included (OWASP, CSV Injection). */
const signs = "=+\\-@＝＋－＠";
/** Where a cell may begin for one of them: where ours does, and after what it takes for its separator (";" in half of Europe). */
const likeFormula = new RegExp(`(^|[,;|\\t\\r\\n])([\\s"]*)(?=[${signs}])|^(?=[\\t\\r\\n])`, "g");

/** One line of RFC 4180; what might be taken for a formula gets an apostrophe in front, which spreadsheets show as text. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  const harmless = typeof value === "string" ? text.replace(likeFormula, "$1$2'") : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
