const minute = 60_000;
const hour = 60 * minute;

/** For so long a mail is tried, in milliseconds. */
export const maxRetryMs = 72 * hour;

/** After a try that failed: one minute, doubled each time, at most six hours. @param tries how many there were, from 1 */
export function retryDelay(tries: number): number {
  return Math.min(minute * 2 ** (tries - 1), 6 * hour);
}

/** Why a mail is tried no more. */
export type Failure = "refused" | "given-up" | "expired" | "unreadable" | "restored";

export const failureWords: Record<Failure, string> = {
  refused: "The mail server refused it for good",
  "given-up": "It could not be sent for three days",
  expired: "The link in it was good no more",
  unreadable: "Its SESSION_SECRET is there no more",
  restored: "It waited in a backup, and may have been sent since",
};

/** What a mail server answered, as the library tells it. */
type Answer = { responseCode?: unknown; command?: unknown; message: string };

/**
 * Whether trying again would be in vain: the server refused the recipient or the message for good (RFC 5321, 4.2.1). Not
 * where it wants a log-in or a setting to be different (RFC 3463, x.7.y): that is for the operator to mend.
 */
export function isPermanentFailure({ responseCode, command, message }: Answer): boolean {
  if (typeof responseCode !== "number" || responseCode < 500 || responseCode > 599) return false;
  if ([503, 530, 534, 535, 538].includes(responseCode) || /\b5\.7\.\d/.test(message)) return false;
  return command === "RCPT TO" || command === "DATA";
}

/** Names the two mix-ups that a mail library calls "wrong version number" and "Greeting never received". */
export function explainMailError(message: string): string {
  if (/wrong version number|packet length too long/i.test(message))
    return "The mail server speaks no TLS at this port; write smtp:// instead of smtps://, or its TLS port (465)";
  if (/greeting never received/i.test(message)) return `${message}; a port with TLS (465) needs smtps://`;
  return message;
}

/** For the log and the operator: without the address that mail servers like to repeat, and without a link of ours. */
export function withoutSecrets(message: string, address: string): string {
  const [localPart = ""] = address.split("@");
  return message
    .replace(/\S*@\S*/g, "…")
    .replace(/[\w-]{40,}/g, "…")
    .split(/(\s+|[<>:;,"'()])/)
    .map((word) => (word.toLowerCase() === localPart ? "…" : word))
    .join("")
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, 300);
}
