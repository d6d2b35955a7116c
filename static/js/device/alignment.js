// Cut a face out of a picture the way FER2013's faces are cut; the same as inference/alignment.py.
import { cutGrey } from "./pixels.js";

/** Where BlazeFace finds eyes, nose and mouth in FER2013's pictures, in fractions of the side. */
export const FRAMING = [
  [0.32, 0.392],
  [0.686, 0.397],
  [0.503, 0.604],
  [0.496, 0.773],
];

/** A face, turned, scaled and moved to FER2013's framing: Uint8Array of size x size grey levels. */
export function cut(image, marks, size) {
  const target = FRAMING.map(([x, y]) => [x * size, y * size]);
  return cutGrey(image, byPixels(inverse(similarity(marks, target))), size);
}

/**
 * The rotation, scale and shift that best bring points to their targets, by least squares and without mirroring:
 * {a, b, x, y}, so that a point goes to (a x' - b y' + x, b x' + a y' + y). Points that all coincide are only moved.
 */
export function similarity(points, targets) {
  const [from, to] = [middle(points), middle(targets)];
  let [spread, along, across] = [0, 0, 0];
  points.forEach(([px, py], i) => {
    const [x, y] = [px - from[0], py - from[1]];
    const [u, v] = [targets[i][0] - to[0], targets[i][1] - to[1]];
    spread += x * x + y * y;
    along += x * u + y * v;
    across += x * v - y * u;
  });
  const [a, b] = spread > 0 ? [along / spread, across / spread] : [1, 0];
  return { a, b, x: to[0] - a * from[0] + b * from[1], y: to[1] - b * from[0] - a * from[1] };
}

const middle = (points) =>
  [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);

function inverse({ a, b, x, y }) {
  const size = a * a + b * b;
  const [p, q] = [a / size, -b / size];
  return { a: p, b: q, x: -p * x + q * y, y: -q * x - p * y };
}

/** The same transform, by whole pixels instead of places: the middle of pixel 0 is at 0.5. */
const byPixels = ({ a, b, x, y }) => [
  a,
  -b,
  x + (a - b) / 2 - 0.5,
  b,
  a,
  y + (a + b) / 2 - 0.5,
];
