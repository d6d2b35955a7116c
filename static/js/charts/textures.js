// A texture per label: the second cue beside colour, the same in bars, legends and charts.
import { colourName } from "../lib/expressions.js";
import { colour } from "./theme.js";

const TILE = 8; // CSS pixels

// Each draws its marks into a tile of 8 x 8; lines run past the edges so that tiles join.
const MARKS = {
  none() {},
  dots: (c) =>
    [
      [2, 2],
      [6, 6],
    ].forEach(([x, y]) => fillCircle(c, x, y, 1.15)),
  level: (c) => line(c, [[-1, 4, 9, 4]]),
  upright: (c) => line(c, [[4, -1, 4, 9]]),
  rising: (c) =>
    line(c, [
      [-2, 10, 10, -2],
      [-2, 2, 2, -2],
      [6, 10, 10, 6],
    ]),
  falling: (c) =>
    line(c, [
      [-2, -2, 10, 10],
      [6, -2, 10, 2],
      [-2, 6, 2, 10],
    ]),
  crossed: (c) =>
    line(c, [
      [-1, 4, 9, 4],
      [4, -1, 4, 9],
    ]),
};

const TEXTURES = {
  happy: "none",
  surprise: "dots",
  neutral: "level",
  sad: "rising",
  fear: "crossed",
  disgust: "falling",
  angry: "upright",
  pleased: "none",
  calm: "level",
  strained: "rising",
  lost: "dots",
  too_fast: "rising",
  ok: "none",
  too_slow: "level",
  no_answer: "falling",
  answered: "none",
};

/** A canvas holding one tile of a label's colour and texture, at `ratio` device pixels per pixel. */
export function tile(label, ratio = devicePixelRatio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(TILE * ratio);
  const context = canvas.getContext("2d");
  context.fillStyle = colour(colourName(label));
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(canvas.width / TILE, canvas.height / TILE);
  context.strokeStyle = context.fillStyle = colour("--texture");
  context.lineWidth = 1.3;
  MARKS[TEXTURES[label]](context);
  return canvas;
}

/** Paint an element's background with a label's texture. */
export function paint(element, label) {
  element.style.backgroundImage = `url(${tile(label, 2).toDataURL()})`;
  element.style.backgroundSize = `${TILE}px ${TILE}px`;
}

function fillCircle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function line(context, segments) {
  context.beginPath();
  for (const [x0, y0, x1, y1] of segments) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
}
