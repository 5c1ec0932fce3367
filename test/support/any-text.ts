import fc from "fast-check";

const surrogates = 0x800;
const firstSurrogate = 0xd800;

/**
 * Any code point except surrogates. It is fast-check's unit "binary", which lists all of the million first: two seconds
 * of processor time in each test file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10_ff_ff - surrogates }).map(
  (n) => String.fromCodePoint(n < firstSurrogate ? n : n + surrogates),
  (character) => {
    const point = (character as string).codePointAt(0) ?? 0;
    if (character !== String.fromCodePoint(point)) throw new Error("not one character");
    return point < firstSurrogate ? point : point - surrogates;
  },
);
