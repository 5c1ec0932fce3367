/** The mail server's reply, from the library. */
type Answer = { responseCode?: unknown; command?: unknown; message: string };

/**
 * Whether another try would be useless: the server refused the recipient or the message permanently (RFC 5321, 4.2.1).
 * Not if it requires another log-in or setting (RFC 3463, x.7.y), which the operator can fix.
 */
export function isPermanentFailure({ responseCode, command, message }: Answer): boolean {
  if (typeof responseCode !== "number" || responseCode < 500 || responseCode > 599) return false;
  if ([503, 530, 534, 535, 538].includes(responseCode) || /\b5\.7\.\d/.test(message)) return false;
  return command === "RCPT TO" || command === "DATA";
}

/** Explains the two mistakes that the library reports as "wrong version number" and "Greeting never received". */
export function explainMailError(message: string): string {
  if (/wrong version number|packet length too long/i.test(message))
    return "The mail server speaks no TLS at this port; write smtp:// instead of smtps://, or its TLS port (465)";
  if (/greeting never received/i.test(message)) return `${message}; a port with TLS (465) needs smtps://`;
  return message;
}

/** For the log and the operator: without the address, which mail servers like to repeat, and without our links. */
export function withoutSecrets(message: string, address: string): string {
  const [localPart = ""] = address.split("@");
  return (
    message
      // From the start of a word: from each of its characters the time would be quadratic.
      .replace(/(?<!\S)\S*@\S*/g, "…")
      .replace(/[\w-]{40,}/g, "…")
      .split(/(\s+|[<>:;,"'()])/)
      .map((word) => (word.toLowerCase() === localPart ? "…" : word))
      .join("")
      .replace(/\p{Cc}+/gu, " ")
      .slice(0, 300)
  );
}
