// Some browsers keep pages from reading pictures, against fingerprinting: what a page reads is then noise.
import { HEIGHT, WIDTH, drawing, encoded } from "./jpeg.js";

const COLOURS = [
  [200, 40, 40],
  [40, 160, 60],
  [50, 70, 200],
  [230, 230, 230],
  [30, 30, 30],
  [200, 180, 40],
];
const TOLERANCE = 24; // of 255: a JPEG is never quite what was drawn
const STRIPE = Math.floor(WIDTH / COLOURS.length);
const PATCH = 8; // pixels in the middle of a stripe, away from its neighbours

/**
 * Whether a picture that is drawn, encoded and read back is still the one that was drawn.
 * It goes through the same canvas and the same encoder as a camera picture.
 */
export async function readsWhatItDraws() {
  const { canvas, context } = drawing(WIDTH, HEIGHT);
  COLOURS.forEach((colour, i) => {
    context.fillStyle = `rgb(${colour.join(" ")})`;
    context.fillRect(i * STRIPE, 0, STRIPE, HEIGHT);
  });
  const back = drawing(WIDTH, HEIGHT, { willReadFrequently: true });
  const bitmap = await createImageBitmap(new Blob([await encoded(canvas)], { type: "image/jpeg" }));
  back.context.drawImage(bitmap, 0, 0);
  return COLOURS.every((colour, i) => isNear(patch(back.context, i), colour));
}

const patch = (context, stripe) =>
  context.getImageData((stripe + 0.5) * STRIPE - PATCH / 2, HEIGHT / 2, PATCH, PATCH).data;

/** Whether every point of a patch (RGBA) has a colour, but for the loss of the encoder. */
export function isNear(pixels, colour) {
  return pixels.every((value, i) => i % 4 === 3 || Math.abs(value - colour[i % 4]) <= TOLERANCE);
}
