// Text for the bare server's pages, in the fewest steps.

const escaped: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

export function esc(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => escaped[character] ?? character) : text;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

/** "4 Mar 2026, 09:30 UTC" */
function exactly(stored: string): string {
  const month = months[Number(stored.slice(5, 7)) - 1];
  return `${Number(stored.slice(8, 10))} ${month} ${stored.slice(0, 4)}, ${stored.slice(11, 16)} UTC`;
}

const steps: [number, string, string][] = [
  [31_557_600, "years", "last year"],
  [2_629_800, "months", "last month"],
  [604_800, "weeks", "last week"],
  [86_400, "days", "yesterday"],
  [3_600, "hours", "1 hour ago"],
  [60, "minutes", "1 minute ago"],
];

function relatively(stored: string): string {
  const seconds = (Date.now() - Date.parse(stored)) / 1_000;
  const step = steps.find(([least]) => seconds >= least);
  if (!step) return "just now";
  const count = Math.floor(seconds / step[0]);
  return count === 1 ? step[2] : `${count} ${step[1]} ago`;
}

export function time(stored: string | null, { exact = false } = {}): string {
  if (!stored) return "<span>Never</span>";
  const words = exactly(stored);
  return `<time datetime="${stored}" title="${words}">${exact ? words : relatively(stored)}</time>`;
}

type Pictured = { id: number; firstName: string; lastName: string; photoHash: string | null };

const first = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 32).toUpperCase();

export function avatar({ id, firstName, lastName, photoHash }: Pictured, end = ""): string {
  return photoHash
    ? `<img class="avatar" src="/photos/${id}/${photoHash}${end}" alt="">`
    : `<span class="avatar color-${id % 12}">${esc(first(firstName) + first(lastName))}</span>`;
}
