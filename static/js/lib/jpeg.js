// A camera picture as a small JPEG.

export const WIDTH = 320;
export const HEIGHT = 240;
const QUALITY = 0.6;

/** The largest middle part of a picture with our shape: {x, y, width, height} in its pixels. */
export function middlePart(width, height) {
  const scale = Math.min(width / WIDTH, height / HEIGHT);
  const part = { width: WIDTH * scale, height: HEIGHT * scale };
  return { x: (width - part.width) / 2, y: (height - part.height) / 2, ...part };
}

/** A function from a VideoFrame or ImageBitmap to JPEG bytes; it closes what it is given. */
export function jpegMaker() {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext("2d", { alpha: false });
  return async (picture) => {
    const from = middlePart(
      picture.displayWidth ?? picture.width,
      picture.displayHeight ?? picture.height,
    );
    try {
      context.drawImage(picture, from.x, from.y, from.width, from.height, 0, 0, WIDTH, HEIGHT);
    } finally {
      picture.close();
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    return blob.arrayBuffer();
  };
}
