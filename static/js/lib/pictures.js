// What comes out of a camera that is open: pictures, or nothing that could be read.

const MISSING_IN_A_ROW = 2; // a camera that has just started may have none yet
const SAME_IN_A_ROW = 3;
const LOOKS_AGAIN_AFTER_MS = [230, 370]; // odd, so that a short loop of pictures is not met at the same place
const BLACK_BELOW = 24; // of 255, the brightest of all its points

/** Whether a picture is black all over: a shutter, a lid, a muted camera. `pixels` are RGBA. */
export function isBlack(pixels) {
  return pixels.every((value, i) => i % 4 === 3 || value < BLACK_BELOW);
}

function sameBytes(one, other) {
  if (one?.byteLength !== other?.byteLength) return false;
  const [a, b] = [new Uint8Array(one), new Uint8Array(other)];
  return a.every((byte, i) => byte === b[i]);
}

/**
 * Look at a camera again and again: `next()` resolves to {are, ...picture}. `are` is "coming", "none", "black" or
 * "frozen"; null while it is too early to tell. Only what is coming has a picture, and only that may be used.
 *
 * take: () => {bytes, black} or null. A frozen picture is one that is the same to the last bit, also when looked
 * at twice more in between: of a sensor there are never two alike.
 */
export function pictureWatch(take, sleep) {
  let missing = 0;
  let same = 0;
  let last = null;

  async function standsStill(bytes) {
    if (!sameBytes(bytes, last)) return false;
    for (const ms of LOOKS_AGAIN_AFTER_MS) {
      await sleep(ms);
      if (!sameBytes(bytes, (await take())?.bytes)) return false;
    }
    return true;
  }

  return {
    async next() {
      const picture = await take();
      missing = picture ? 0 : missing + 1;
      if (!picture) return { are: missing >= MISSING_IN_A_ROW ? "none" : null };
      if (picture.black) return { are: "black" };
      same = (await standsStill(picture.bytes)) ? same + 1 : 0;
      last = picture.bytes;
      return same >= SAME_IN_A_ROW ? { are: "frozen" } : { are: "coming", ...picture };
    },
  };
}
