// A camera picture as a small JPEG.
import { isBlack } from "./pictures.js";

export const WIDTH = 320;
export const HEIGHT = 240;
const QUALITY = 0.6;
const PROBE = { width: 16, height: 12 };

/** The largest middle part of a picture with our shape: {x, y, width, height} in its pixels. */
export function middlePart(width, height) {
  const scale = Math.min(width / WIDTH, height / HEIGHT);
  const part = { width: WIDTH * scale, height: HEIGHT * scale };
  return { x: (width - part.width) / 2, y: (height - part.height) / 2, ...part };
}

const APP2 = 0xe2;
const START_OF_SCAN = 0xda;
const PROFILE = "ICC_PROFILE\0";

/**
 * The same JPEG (an ArrayBuffer) without its colour profile, which says nothing to the engine, and of a browser
 * or a screen more than anybody needs to know. What is no JPEG comes back as it was.
 */
export function withoutColourProfile(jpeg) {
  const bytes = new Uint8Array(jpeg);
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return jpeg;
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN && at + 4 <= bytes.length) {
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (!isProfile(bytes, at)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return joined([...kept, bytes.subarray(at)]);
}

function isProfile(bytes, at) {
  const name = String.fromCharCode(...bytes.subarray(at + 4, at + 4 + PROFILE.length));
  return bytes[at + 1] === APP2 && name === PROFILE;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

/**
 * A function from a VideoFrame or ImageBitmap to {bytes, black}: the JPEG, and whether there is nothing on it, see
 * pictures.js. It closes what it is given.
 */
export function jpegMaker() {
  const small = smallPictures();
  return async (picture) => {
    const black = small.draw(picture);
    return { bytes: await encoded(small.canvas), black };
  };
}

/** The same, but `bytes` are the pixels, four bytes each, and `ms` is how long it took to get them. */
export function pixelReader() {
  const small = smallPictures({ willReadFrequently: true });
  return async (picture) => {
    const began = performance.now();
    const black = small.draw(picture);
    const { data } = small.context.getImageData(0, 0, WIDTH, HEIGHT);
    return { bytes: data.buffer, black, ms: performance.now() - began };
  };
}

/** A canvas of our size; `draw` puts the middle of a picture on it, closes that, and tells whether it is black. */
function smallPictures(options) {
  const { canvas, context } = drawing(WIDTH, HEIGHT, options);
  const probe = drawing(PROBE.width, PROBE.height, { willReadFrequently: true });
  return {
    canvas,
    context,
    draw(picture) {
      try {
        drawMiddle(context, picture);
      } finally {
        picture.close();
      }
      probe.context.drawImage(canvas, 0, 0, PROBE.width, PROBE.height);
      return isBlack(probe.context.getImageData(0, 0, PROBE.width, PROBE.height).data);
    },
  };
}

function drawMiddle(context, picture) {
  const { x, y, width, height } = middlePart(
    picture.displayWidth ?? picture.width,
    picture.displayHeight ?? picture.height,
  );
  context.drawImage(picture, x, y, width, height, 0, 0, WIDTH, HEIGHT);
}

export function drawing(width, height, options) {
  const canvas = new OffscreenCanvas(width, height);
  return { canvas, context: canvas.getContext("2d", { alpha: false, ...options }) };
}

export async function encoded(canvas) {
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return withoutColourProfile(await blob.arrayBuffer());
}
