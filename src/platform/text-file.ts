/**
 * The UTF-8 text of a file or a pipe, without the byte order mark that some editors and shells add.
 * @returns undefined if it has another encoding; NULs reveal UTF-16 without a mark
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
