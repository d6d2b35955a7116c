// The frame that an answer is about, over the live picture: a face that moved on would stand beside its frame.

/** `draw(jpeg)` resolves to whether it stands now, false where a newer one came first; `clear()` shows the live picture. */
export function readFrame(canvas) {
  const context = canvas.getContext("2d");
  let newest = 0;

  return {
    async draw(jpeg) {
      if (!jpeg) return false; // the answer came too late: its frame is gone
      const mine = ++newest;
      const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
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
