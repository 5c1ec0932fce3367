/** Hair behind the head and shoulders, and hair on the forehead. */
type Hair = { back: string; front: string };

/**
 * Both draw around a head whose skull is between x 78 and 162 and starts at y 54, with the eyes at y 106
 * (portraits.ts).
 */
type HairStyle = (color: string, shade: string) => Hair;

const path = (d: string, fill: string): string => `<path d="${d}" fill="${fill}"/>`;

/** Curls are circles along the outline, all in one color. */
const circles = (spots: readonly (readonly [x: number, y: number, radius: number])[], fill: string): string =>
  `<g fill="${fill}">${spots.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join("")}</g>`;

const sweptFringe = (color: string): string =>
  path(
    "M76 106C70 66 92 44 122 44C152 44 170 68 164 106C161 92 156 84 148 76C128 88 96 84 84 84C80 90 78 98 76 106Z",
    color,
  );

const partedFringe = (color: string): string =>
  path("M75 108C68 66 92 43 120 43C148 43 172 66 165 108C163 92 150 76 120 64C90 76 77 92 75 108Z", color);

const straightFringe = (color: string): string =>
  path(
    "M75 108C68 66 92 43 120 43C148 43 172 66 165 108C163 100 161 95 159 90C134 95 106 95 81 90C79 95 77 100 75 108Z",
    color,
  );

export const longHair: readonly HairStyle[] = [
  // Long and straight, parted in the middle.
  (color, shade) => ({
    back: path(
      "M70 104C66 62 90 40 120 40C150 40 174 62 170 104C170 140 176 172 182 204L58 204C64 172 70 140 70 104Z",
      shade,
    ),
    front: partedFringe(color),
  }),
  // Long waves, swept aside.
  (color, shade) => ({
    back: path(
      "M70 100C64 60 90 38 122 38C154 38 178 62 172 100C170 118 184 128 180 146C176 160 190 170 180 190C172 206 150 202 120 202C90 202 66 206 60 190C52 170 66 160 62 146C58 128 72 118 70 100Z",
      shade,
    ),
    front: sweptFringe(color),
  }),
  // A bob with a straight fringe.
  (color, shade) => ({
    back: path(
      "M70 104C64 60 90 39 120 39C150 39 176 60 170 104L173 148C173 158 164 162 154 160L86 160C76 162 67 158 67 148Z",
      shade,
    ),
    front: straightFringe(color),
  }),
  // A bob, parted in the middle and turned outwards.
  (color, shade) => ({
    back: path(
      "M71 104C66 62 90 41 120 41C150 41 174 62 169 104C168 124 174 138 184 152C168 160 152 158 148 150L92 150C88 158 72 160 56 152C66 138 72 124 71 104Z",
      shade,
    ),
    front: partedFringe(color),
  }),
  // A bun on top.
  (color, shade) => ({
    back: `<circle cx="120" cy="35" r="20" fill="${shade}"/>`,
    front: partedFringe(color),
  }),
  // A ponytail over the shoulder.
  (color, shade) => ({
    back: path(
      "M150 60C180 66 190 100 184 132C180 158 188 176 178 196C164 200 154 190 154 172C156 140 160 110 150 60Z",
      shade,
    ),
    front: sweptFringe(color),
  }),
  // Large round curls.
  (color, shade) => ({
    back: circles(
      [
        [120, 56, 36],
        [88, 68, 30],
        [152, 68, 30],
        [68, 98, 28],
        [172, 98, 28],
        [66, 130, 26],
        [174, 130, 26],
        [78, 156, 22],
        [162, 156, 22],
      ],
      shade,
    ),
    front: circles(
      [
        [84, 80, 15],
        [98, 66, 17],
        [120, 60, 18],
        [142, 66, 17],
        [156, 80, 15],
      ],
      color,
    ),
  }),
  // A pixie cut.
  (color) => ({
    back: "",
    front: path(
      "M75 118C66 66 90 42 122 42C154 42 172 68 165 118C161 108 160 98 158 88C150 84 144 78 140 72C126 86 106 92 84 92C80 100 79 108 75 118Z",
      color,
    ),
  }),
];

const cropped =
  "M76 104C70 66 90 45 120 45C150 45 170 66 164 104C161 96 159 90 157 84C148 76 134 73 120 73C106 73 92 76 83 84C81 90 79 96 76 104Z";

export const shortHair: readonly HairStyle[] = [
  // Short all over.
  (color) => ({ back: "", front: path(cropped, color) }),
  // A side parting.
  (color) => ({
    back: "",
    front: path(
      "M76 106C68 66 90 42 124 42C156 42 170 70 164 106C161 98 160 92 158 84C150 82 144 78 140 74C122 82 100 82 86 80C80 88 79 98 76 106Z",
      color,
    ),
  }),
  // A quiff.
  (color) => ({
    back: "",
    front: path(
      "M76 106C72 86 72 72 82 62C80 44 104 32 128 34C152 36 166 50 162 64C168 76 167 90 164 106C161 96 160 88 156 80C146 70 112 68 86 80C81 88 79 96 76 106Z",
      color,
    ),
  }),
  // Short sides, curls on top.
  (color, shade) => ({
    back: "",
    front:
      path(cropped, shade) +
      circles(
        [
          [86, 64, 13],
          [98, 52, 14],
          [114, 46, 15],
          [131, 47, 15],
          [146, 55, 14],
          [156, 67, 12],
          [104, 64, 12],
          [122, 62, 13],
          [140, 66, 11],
        ],
        color,
      ),
  }),
  // Cropped close.
  (color) => ({
    back: "",
    front: path(
      "M78 102C74 70 92 50 120 50C148 50 166 70 162 102C160 92 158 84 154 78C146 71 134 69 120 69C106 69 94 71 86 78C82 84 80 92 78 102Z",
      color,
    ),
  }),
  // Chin-long, tucked behind the ears.
  (color, shade) => ({
    back: path(
      "M72 100C66 62 90 40 120 40C150 40 174 62 168 100C168 118 172 128 166 138C162 146 150 144 148 138L92 138C90 144 78 146 74 138C68 128 72 118 72 100Z",
      shade,
    ),
    front: partedFringe(color),
  }),
  // Bald, with a gleam.
  () => ({ back: "", front: path("M96 66C104 60 112 59 118 60C112 63 104 66 98 72Z", "rgba(255,255,255,0.28)") }),
];

/** For darker complexions. */
export const roundAfro: HairStyle = (color, shade) => ({
  back: circles(
    [
      [120, 74, 50],
      [76, 88, 15],
      [164, 88, 15],
      [76, 66, 17],
      [164, 66, 17],
      [88, 48, 17],
      [152, 48, 17],
      [106, 37, 17],
      [134, 37, 17],
    ],
    shade,
  ),
  front: path("M76 104C70 66 90 45 120 45C150 45 170 66 164 104C160 90 148 78 120 78C92 78 80 90 76 104Z", color),
});
