/**
 * What a file or a pipe says in UTF-8, without the byte order mark that some editors and shells put in front.
 * @returns undefined where it is another encoding; the NULs give UTF-16 away where its mark is missing
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
