/** The white border that readers need (ISO/IEC 18004). */
const border = 4;

/** A QR code for a view: the length of its side in modules, and the path of the dark modules. */
export async function qrCode(text: string): Promise<{ size: number; path: string }> {
  const { encode } = await import("uqr");
  const { size, data } = encode(text, { ecc: "M", border });
  const rows = data.flatMap((row, y) => {
    const line = row.map((isDark) => (isDark ? "1" : "0")).join("");
    return [...line.matchAll(/1+/g)].map(({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`);
  });
  return { size, path: rows.join("") };
}
