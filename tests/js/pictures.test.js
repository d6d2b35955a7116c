import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutColourProfile } from "../../static/js/lib/jpeg.js";
import { isNear } from "../../static/js/lib/known_picture.js";
import { isBlack, pictureWatch } from "../../static/js/lib/pictures.js";

const bytes = (...values) => new Uint8Array(values).buffer;
const picture = (...values) => ({ bytes: bytes(...values), black: false });
const noPause = async () => {};

/** What a watch says of a camera that gives these pictures, one after another. */
async function verdicts(pictures, count) {
  const left = [...pictures];
  const watch = pictureWatch(async () => left.shift() ?? null, noPause);
  const said = [];
  for (let i = 0; i < count; i++) said.push((await watch.next()).are);
  return said;
}

test("a camera that has just started may have no picture yet; later there is none", async () => {
  assert.deepEqual(await verdicts([null, picture(1), null, null, null], 5), [
    null,
    "coming",
    null,
    "none",
    "none",
  ]);
});

test("black pictures are told apart, and have nothing to send", async () => {
  const watch = pictureWatch(async () => ({ bytes: bytes(1), black: true }), noPause);

  assert.deepEqual(await watch.next(), { are: "black" });
});

test("a picture that never changes is frozen from the fourth on, and moves again by itself", async () => {
  let now = 7;
  const watch = pictureWatch(async () => picture(now), noPause);
  const said = [];
  for (let i = 0; i < 5; i++) said.push(await watch.next());
  now = 8;

  assert.deepEqual(
    said.map(({ are }) => are),
    ["coming", "coming", "coming", "frozen", "frozen"],
  );
  assert.equal(said.at(-1).bytes, undefined);
  assert.equal((await watch.next()).are, "coming");
});

test("a loop of pictures met at the same place each time is not frozen", async () => {
  let looks = 0;
  const watch = pictureWatch(async () => picture(looks++ % 2), noPause);

  for (let i = 0; i < 20; i++) assert.equal((await watch.next()).are, "coming");
});

test("black is dark all over: one bright point is enough to be a picture", () => {
  const dark = new Uint8ClampedArray(16 * 12 * 4).map((_, i) => (i % 4 === 3 ? 255 : 10));

  assert.equal(isBlack(dark), true);
  dark[40] = 120;
  assert.equal(isBlack(dark), false);
});

test("a colour is near through a JPEG's loss, and noise is not", () => {
  const near = new Uint8ClampedArray([205, 35, 50, 255, 190, 52, 30, 255]);

  assert.equal(isNear(near, [200, 40, 40]), true);
  near[5] = 200;
  assert.equal(isNear(near, [200, 40, 40]), false);
});

const text = (word) => [...word].map((letter) => letter.charCodeAt(0));
const START = [0xff, 0xd8];
const JFIF = [0xff, 0xe0, 0, 7, ...text("JFIF"), 0];
const PROFILE = [0xff, 0xe2, 0, 17, ...text("ICC_PROFILE"), 0, 1, 1, 99];
const OTHER_APP2 = [0xff, 0xe2, 0, 6, ...text("FPXR")];
const SCAN = [0xff, 0xda, 0, 3, 1, 0xff, 0xe2, 0, 17, ...text("ICC_PROFILE"), 0, 0xff, 0xd9];

test("the colour profile is cut out of a JPEG, and nothing else", () => {
  const whole = bytes(...START, ...JFIF, ...PROFILE, ...OTHER_APP2, ...PROFILE, ...SCAN);

  const cut = withoutColourProfile(whole);

  assert.deepEqual([...new Uint8Array(cut)], [...START, ...JFIF, ...OTHER_APP2, ...SCAN]);
});

test("what is no JPEG, or ends too early, comes back without a fault", () => {
  for (const bad of [[], [1, 2, 3], START, [...START, 0xff], [...START, 0xff, 0xe2, 0xff, 0xff]])
    assert.deepEqual([...new Uint8Array(withoutColourProfile(bytes(...bad)))], bad);
});
