// What BlazeFace's short-range network sees in a picture; the same as inference/detection/blazeface_network.py.
import { resized } from "./pixels.js";

export const SAME_FACE = 0.3; // boxes that overlap more than this show one face
const LAYERS = [
  [8, 2],
  [16, 6],
]; // [pixels of a cell's side, anchors in every cell]
const MOST = 100; // anchors that are worth the time
const NUMBERS = 16; // of an anchor: a box, six points
const POINTS = 6; // that are kept: two corners, eyes, nose, mouth
const LEVELS = Float32Array.from({ length: 256 }, (_, level) => Math.fround(level * Math.fround(1 / 127.5)) - 1);

/**
 * A network with an input of `rows` x `columns`: `find(image, part, threshold)` tells everything like a face in a part of
 * a picture, best first, each {box: [left, top, right, bottom], marks: [[x, y] x 4], score}, in pixels of the picture.
 * run(values, shape) => [raw, logits], see network.js.
 */
export function blazefaceNetwork(run, rows, columns) {
  const centres = anchors(rows, columns);

  return function find(image, part, threshold) {
    const input = Float32Array.from(resized(image, part, columns, rows), (level) => LEVELS[level]);
    const [raw, logits] = run(input, [1, rows, columns, 3]);
    const hits = bestOf(logits, Math.log(threshold / (1 - threshold)));
    const scale = [part.width / columns, part.height / rows];
    const shift = [part.x, part.y];
    const points = hits.map((hit) =>
      pointsOf(raw.subarray(NUMBERS * hit, NUMBERS * (hit + 1)), centres[hit]).map((point) =>
        point.map((value, axis) => value * scale[axis] + shift[axis]),
      ),
    );
    return merge(points, hits.map((hit) => 1 / (1 + Math.exp(-logits[hit]))));
  };
}

/** The places of the values that reach a bound, the highest first. */
function bestOf(logits, bound) {
  const hits = [];
  logits.forEach((logit, i) => logit >= bound && hits.push(i));
  return hits.sort((one, other) => logits[other] - logits[one]).slice(0, MOST);
}

/** The middles of all anchors of an input, [x, y], in its pixels. */
export function anchors(rows, columns) {
  return LAYERS.flatMap(([cell, perCell]) =>
    cells(rows, cell).flatMap((y) => cells(columns, cell).flatMap((x) => Array(perCell).fill([x, y]))),
  );
}

const cells = (side, cell) =>
  Array.from({ length: Math.floor(side / cell) }, (_, i) => (i + 0.5) * cell);

/** A box's middle and size, then landmarks, all about an anchor, as points: two corners, eyes, nose, mouth. */
function pointsOf(numbers, centre) {
  const points = Array.from({ length: POINTS }, (_, i) => [
    numbers[2 * i] + centre[0],
    numbers[2 * i + 1] + centre[1],
  ]);
  const half = [numbers[2] / 2, numbers[3] / 2];
  const [x, y] = points[0];
  points[0] = [x - half[0], y - half[1]];
  points[1] = [x + half[0], y + half[1]];
  return points;
}

/** Join the anchors that show the same face to their weighted mean; the best face first. */
export function merge(points, scores) {
  const boxes = points.map(([topLeft, bottomRight]) => [...topLeft, ...bottomRight]);
  const faces = [];
  let waiting = points.map((_, i) => i);
  while (waiting.length) {
    const [best, ...others] = waiting;
    const isNear = (i) => overlap(boxes[best], boxes[i]) > SAME_FACE;
    faces.push(joined(points, scores, [best, ...others.filter(isNear)]));
    waiting = others.filter((i) => !isNear(i));
  }
  return faces;
}

function joined(points, scores, group) {
  const weight = group.reduce((sum, i) => sum + scores[i], 0);
  const mean = (point, axis) =>
    group.reduce((sum, i) => sum + scores[i] * points[i][point][axis], 0) / weight;
  const [topLeft, bottomRight, ...marks] = points[group[0]].map((_, point) => [mean(point, 0), mean(point, 1)]);
  return { box: [...topLeft, ...bottomRight], marks, score: scores[group[0]] };
}

/** Intersection over union of two boxes. */
export function overlap(first, second) {
  const width = Math.min(first[2], second[2]) - Math.max(first[0], second[0]);
  const height = Math.min(first[3], second[3]) - Math.max(first[1], second[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(first) + area(second) - width * height);
}

const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
