// What spreadsheets take for a formula (OWASP, CSV Injection): docs/decisions/17-csv-that-spreadsheets-read-safely.md.

/** What a formula begins with, full-width forms included. */
const signs = "=+\\-@＝＋－＠";
/**
 * Where a cell may begin: where ours does, and after what another spreadsheet takes for its separator (";" in half of
 * Europe). No white space is in both parts, or the time would be quadratic.
 */
const begin = `(^|[,;|\\t\\r\\n])((?:[^\\S\\t\\r\\n]|")*)`;
const formula = new RegExp(`${begin}(?='*[${signs}])|^(?=[\\t\\r\\n])(?![\\s"]*'*[${signs}])`, "g");
const guarded = new RegExp(`${begin}'(?='*[${signs}])`, "g");

/** With an apostrophe in front of what might be taken for a formula: spreadsheets show it as text. */
export const guardFormulas = (text: string): string => text.replace(formula, "$1$2'");

/** The text that `guardFormulas` made this of. */
export const unguardFormulas = (text: string): string => text.replace(guarded, "$1$2");
