import { networkName } from "../platform/network.ts";

/** What names a person: what Roster has to find before it can erase it. */
export type Traces = {
  /** Present and earlier ones. */
  emails: readonly string[];
  firstNames: readonly string[];
  lastNames: readonly string[];
  /** Network addresses from networks that no other user of the organization came from, and the names of these networks. */
  addresses: readonly string[];
  networks: readonly string[];
};

/** As text is compared: case and the way an accent is written do not matter. */
const plain = (text: string): string => text.normalize("NFC").toLowerCase();

/** Whole words only: "Ian" is not in "Fabian". */
function hasWord(text: string, word: string): boolean {
  const escaped = RegExp.escape(plain(word));
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(text);
}

/** Whether the text has one of the person's email addresses. */
export function hasEmail({ emails }: Pick<Traces, "emails">, text: string): boolean {
  const searched = plain(text);
  return emails.some((email) => hasWord(searched, email));
}

/** Whether the text has one of their email addresses, or a first and a last name of theirs. */
export function isAbout(traces: Pick<Traces, "emails" | "firstNames" | "lastNames">, text: string): boolean {
  const searched = plain(text);
  const hasOne = (names: readonly string[]): boolean => names.some((name) => hasWord(searched, name));
  return hasEmail(traces, text) || (hasOne(traces.firstNames) && hasOne(traces.lastNames));
}

/** The addresses whose network is in none of the others', and these networks. */
export function ownNetworks(own: readonly string[], others: readonly string[]): Pick<Traces, "addresses" | "networks"> {
  const shared = new Set(others.map(networkName));
  const addresses = own.filter((address) => !shared.has(networkName(address)));
  return { addresses, networks: [...new Set(addresses.map(networkName))] };
}
