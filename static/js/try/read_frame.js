// The frame that an answer is about, over the live picture: a face that moved on would stand beside its frame.
import { HEIGHT, WIDTH } from "../lib/jpeg.js";

/**
 * `draw({jpeg, pixels})` takes one of the two; it resolves to whether that stands now, false where a newer one came first.
 * `clear()` shows the live picture.
 */
export function readFrame(canvas) {
  const context = canvas.getContext("2d");
  let newest = 0;

  return {
    async draw(frame) {
      const drawable = drawableOf(frame);
      if (!drawable) return false; // the answer came too late: its frame is gone
      const mine = ++newest;
      const picture = await createImageBitmap(drawable);
      if (mine === newest) context.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      if (mine === newest) canvas.hidden = false;
      return mine === newest;
    },
    clear() {
      newest += 1;
      canvas.hidden = true;
    },
  };
}

function drawableOf({ jpeg, pixels }) {
  if (pixels) return new ImageData(new Uint8ClampedArray(pixels), WIDTH, HEIGHT);
  return jpeg ? new Blob([jpeg], { type: "image/jpeg" }) : null;
}
