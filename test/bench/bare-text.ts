// Text for the bare server's pages, in the fewest steps.

const escaped: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

export function esc(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => escaped[character] ?? character) : text;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

/** "4 Mar 2026" */
function day(stored: string): string {
  return `${Number(stored.slice(8, 10))} ${months[Number(stored.slice(5, 7)) - 1]} ${stored.slice(0, 4)}`;
}

/** "4 Mar 2026, 09:30 UTC" */
const exactly = (stored: string): string => `${day(stored)}, ${stored.slice(11, 16)} UTC`;

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function relatively(stored: string): string {
  const days = Math.floor(Date.now() / 86_400_000) - Math.floor(Date.parse(stored) / 86_400_000);
  if (days === 0) return stored.slice(11, 16);
  if (days === 1) return "yesterday";
  return (days < 7 ? weekdays[new Date(stored).getUTCDay()] : undefined) ?? day(stored);
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
