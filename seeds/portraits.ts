import { longHair, roundAfro, shortHair } from "./portraits-hair.ts";
import { createRandom, pick, type Random } from "./random.ts";

const backgrounds = [
  "#f6d8ae",
  "#cfe3d4",
  "#c9dcf0",
  "#f3c9c0",
  "#ddd3ee",
  "#f5e3a8",
  "#bfe0de",
  "#e8d5c4",
  "#d5deb8",
  "#f0cfdd",
];
const clothes = [
  "#2f4b6e",
  "#b5483a",
  "#3f7d6b",
  "#6b5b95",
  "#d98e32",
  "#41454f",
  "#8c3b55",
  "#4f7cac",
  "#ece6da",
  "#718355",
];

/** Skin, its shadow, the lips, and matching hair colors; the last one is for older people. */
const complexions = [
  {
    skin: "#fbdcc4",
    shadow: "#eebfa1",
    lips: "#c9655c",
    hair: ["#e2b866", "#b5652e", "#7a4a2b", "#3b2a24", "#9a9a9c"],
  },
  {
    skin: "#f5cba7",
    shadow: "#e3ad84",
    lips: "#c05f55",
    hair: ["#c98f43", "#8a5430", "#4f3426", "#2b2422", "#b0afae"],
  },
  { skin: "#e5b287", shadow: "#cd9466", lips: "#b0544b", hair: ["#5a3a28", "#37281f", "#211c1b", "#8d8b89"] },
  { skin: "#c98d5f", shadow: "#ad7248", lips: "#98443f", hair: ["#3a281f", "#231c1a", "#191617", "#77716d"] },
  { skin: "#9c6642", shadow: "#7f4f31", lips: "#7b3530", hair: ["#2b1f1a", "#1b1716", "#141214", "#6b6663"] },
  { skin: "#74482f", shadow: "#5a3622", lips: "#5c2723", hair: ["#211916", "#151213", "#5f5a58"] },
] as const;

type Look = {
  skin: string;
  shadow: string;
  lips: string;
  hairColor: string;
  hairShade: string;
  cloth: string;
  ink: string;
};

/**
 * Draws a square SVG of a friendly person on a plain background, always the same for a seed. Odd seeds draw women, even
 * seeds men, so that a portrait can match a first name (portraitSeed in people.ts).
 */
export function portraitSvg(seed: number): string {
  const random = createRandom(seed);
  // Neighboring seeds give different first numbers, but the seed's lowest bit already means something.
  random();
  const isWoman = Math.abs(seed) % 2 === 1;
  const complexion = pick(random, complexions);
  const isOld = random() < 0.13;
  const hairColor = pick(random, isOld ? complexion.hair.slice(-1) : complexion.hair.slice(0, -1));
  const isDark = complexions.indexOf(complexion) > 2;
  const look: Look = {
    skin: complexion.skin,
    shadow: complexion.shadow,
    lips: complexion.lips,
    hairColor,
    hairShade: darken(hairColor, 0.82),
    cloth: pick(random, clothes),
    ink: "#1f1719",
  };
  const background = pick(random, backgrounds);
  const hairStyles = [...(isWoman ? longHair : shortHair), ...(isDark ? [roundAfro] : [])];
  const wearsScarf = isWoman && random() < 0.09;
  const head = wearsScarf ? headscarf(random) : pick(random, hairStyles)(look.hairColor, look.hairShade);
  const beardDrawing = isWoman ? "" : beard(random, look);
  const parts = [
    `<rect width="240" height="240" fill="${background}"/>`,
    head.back,
    body(random, look),
    face(look),
    beardDrawing,
    features(random, look, isWoman),
    head.front,
    random() < 0.28 ? glasses(random, isDark) : "",
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="20 12 200 200" width="240" height="240">${parts.join("")}</svg>`;
}

/** Multiplies each part of the color #rrggbb by the factor. */
function darken(color: string, factor: number): string {
  const parts = [1, 3, 5].map((at) => Math.round(Number.parseInt(color.slice(at, at + 2), 16) * factor));
  return `rgb(${parts.join(",")})`;
}

function body(random: Random, { skin, shadow, cloth }: Look): string {
  const torso = `<path d="M26 240C28 204 52 190 92 180C104 190 136 190 148 180C188 190 212 204 214 240Z" fill="${cloth}"/>`;
  const neck = `<path d="M102 138H138V180C138 195 102 195 102 180Z" fill="${skin}"/><path d="M102 148C108 162 132 162 138 148V158C130 172 110 172 102 158Z" fill="${shadow}"/>`;
  const dark = darken(cloth, 0.8);
  const styles = [
    // A round neckline.
    `${torso}${neck}<path d="M92 180C98 202 142 202 148 180L143 178C138 196 102 196 97 178Z" fill="${dark}"/>`,
    // A shirt with a collar.
    torso +
      neck +
      `<path d="M120 196L98 176L88 184L104 212ZM120 196L142 176L152 184L136 212Z" fill="${dark}"/><path d="M119 196H121V240H119Z" fill="${dark}"/>`,
    // A jacket over a white shirt.
    torso +
      `<path d="M94 180L120 240L146 180Z" fill="#fbf8f2"/>` +
      neck +
      `<path d="M94 178L84 184L94 208L88 214L112 240H120ZM146 178L156 184L146 208L152 214L128 240H120Z" fill="${dark}"/>`,
    // A roll-neck.
    `${torso}${neck}<path d="M98 166C106 174 134 174 142 166L146 186C134 196 106 196 94 186Z" fill="${dark}"/>`,
    // A V-neck.
    torso +
      neck +
      `<path d="M96 178L120 210L144 178L138 170H102Z" fill="${skin}"/><path d="M92 180L97 177L120 207L143 177L148 180L120 217Z" fill="${dark}"/>`,
  ];
  return pick(random, styles);
}

function face({ skin, shadow, lips }: Look): string {
  const cheeks = `<g fill="${lips}" opacity="0.2"><circle cx="93" cy="122" r="8"/><circle cx="147" cy="122" r="8"/></g>`;
  const ears = `<ellipse cx="79" cy="110" rx="8" ry="11" fill="${skin}"/><ellipse cx="161" cy="110" rx="8" ry="11" fill="${skin}"/><path d="M76 107Q80 110 78 115M164 107Q160 110 162 115" stroke="${shadow}" stroke-width="2" fill="none" stroke-linecap="round"/>`;
  return `${ears}<path d="M79 100C79 70 96 54 120 54C144 54 161 70 161 100C161 134 144 158 120 158C96 158 79 134 79 100Z" fill="${skin}"/>${cheeks}`;
}

function features(random: Random, { shadow, lips, hairColor, ink }: Look, isWoman: boolean): string {
  const browHeight = 92 - Math.round(random() * 3);
  const brow = darken(hairColor, 0.75);
  const browWidth = isWoman ? 2.8 : 4;
  const brows = `<path d="M95 ${browHeight + 2}Q103 ${browHeight - 3} 111 ${browHeight + 1}M129 ${browHeight + 1}Q137 ${browHeight - 3} 145 ${browHeight + 2}" stroke="${brow}" stroke-width="${browWidth}" fill="none" stroke-linecap="round"/>`;
  const smilingEyes = `<path d="M97 108Q103 101 109 108M131 108Q137 101 143 108" stroke="${ink}" stroke-width="3.2" fill="none" stroke-linecap="round"/>`;
  const lashes = isWoman
    ? `<path d="M98 103L95 100M142 103L145 100" stroke="${ink}" stroke-width="2.2" stroke-linecap="round"/>`
    : "";
  const openEyes = `<g fill="${ink}"><ellipse cx="103" cy="106" rx="4" ry="4.8"/><ellipse cx="137" cy="106" rx="4" ry="4.8"/></g><g fill="#fff"><circle cx="104.5" cy="104.3" r="1.4"/><circle cx="138.5" cy="104.3" r="1.4"/></g>${lashes}`;
  const nose = pick(random, ["M120 108Q115 121 121 123", "M120 110Q126 121 119 123", "M115 121Q120 125 125 121"]);
  const closedSmile = `<path d="M107 135Q120 146 133 135" stroke="${lips}" stroke-width="3.4" fill="none" stroke-linecap="round"/>`;
  const openSmile = `<path d="M106 133Q120 136 134 133Q131 148 120 148Q109 148 106 133Z" fill="#7c2f31"/><path d="M108.5 134Q120 137 131.5 134L130.5 138Q120 141 109.5 138Z" fill="#fff"/>`;
  return [
    brows,
    random() < 0.18 ? smilingEyes : openEyes,
    `<path d="${nose}" stroke="${shadow}" stroke-width="3" fill="none" stroke-linecap="round"/>`,
    random() < 0.35 ? openSmile : closedSmile,
  ].join("");
}

function beard(random: Random, { hairColor }: Look): string {
  const draw = random();
  const full =
    "M79 106C80 140 96 164 120 164C144 164 160 140 161 106C158 118 152 126 143 127C134 124 128 127 120 128C112 127 106 124 97 127C88 126 82 118 79 106Z";
  // Ends at the chin, where a full beard sticks out a little.
  const stubble = full.replace(
    "M79 106C80 140 96 164 120 164C144 164 160 140 161 106",
    "M79.5 106C81 138 97 158 120 158C143 158 159 138 160.5 106",
  );
  if (draw < 0.22) {
    return `<path d="${full}" fill="${hairColor}"/>`;
  }
  if (draw < 0.4) {
    return `<path d="${stubble}" fill="${hairColor}" opacity="0.22"/>`;
  }
  if (draw < 0.48) {
    return `<path d="M102 132C106 125 115 125 120 128C125 125 134 125 138 132C130 133 110 133 102 132Z" fill="${hairColor}"/>`;
  }
  return "";
}

function headscarf(random: Random): { back: string; front: string } {
  const color = pick(random, ["#7b5ea7", "#2f7f86", "#b8566b", "#3d5a80", "#c9a227", "#8a9a5b"]);
  const fold = darken(color, 0.84);
  return {
    back: `<path d="M66 110C60 60 88 36 120 36C152 36 180 60 174 110C174 150 184 176 190 206L50 206C56 176 66 150 66 110Z" fill="${fold}"/>`,
    // The even-odd rule leaves the face open.
    front:
      `<path fill-rule="evenodd" d="M68 110C62 62 90 38 120 38C150 38 178 62 172 110C171 140 168 160 158 178C180 196 150 214 120 212C90 214 60 196 82 178C72 160 69 140 68 110ZM84 106C84 134 98 156 120 156C142 156 156 134 156 106C156 80 142 68 120 68C98 68 84 80 84 106Z" fill="${color}"/>` +
      `<path d="M82 178C100 192 140 192 160 174M92 198C112 206 140 202 160 186" stroke="${fold}" stroke-width="3.5" fill="none" stroke-linecap="round"/>`,
  };
}

function glasses(random: Random, isDark: boolean): string {
  const color = pick(random, isDark ? ["#161011", "#e3c48f", "#c8d3dd"] : ["#2c2426", "#6b3e26", "#39516b"]);
  const lenses = pick(random, [
    `<circle cx="103" cy="107" r="14"/><circle cx="137" cy="107" r="14"/><path d="M117 105Q120 102 123 105M89 105L80 102M151 105L160 102"/>`,
    `<rect x="88" y="96" width="28" height="21" rx="7"/><rect x="124" y="96" width="28" height="21" rx="7"/><path d="M116 104Q120 101 124 104M88 103L80 101M152 103L160 101"/>`,
  ]);
  return `<g stroke="${color}" stroke-width="3" fill="#fff" fill-opacity="0.07" stroke-linecap="round">${lenses}</g>`;
}
