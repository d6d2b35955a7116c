import assert from "node:assert/strict";
import { test } from "node:test";

import "./label_words.js";

import { visitorReason } from "../../static/js/lib/close_codes.js";
import { caption, facePlace, saying, tryHint, tryState } from "../../static/js/lib/try_state.js";

const LIVE = { wanted: true, ended: "", camera: "on", link: "open" };

test("the demo's state follows what is known, the most binding first", () => {
  const cases = [
    [{}, "live"],
    [{ link: "connecting" }, "starting"],
    [{ camera: "starting", link: "none" }, "starting"],
    [{ camera: "error" }, "camera_error"],
    [{ camera: "pending", link: "none" }, "starting"],
    [{ camera: "black" }, "live"],
    [{ wanted: false }, "asked"],
    [{ wanted: false, ended: "over" }, "over"],
    [{ wanted: false, ended: "stopped", camera: "error" }, "stopped"],
  ];

  for (const [change, expected] of cases)
    assert.equal(tryState({ ...LIVE, ...change }), expected, JSON.stringify(change));
});

test("a closed socket of a visitor has a reason, and an unplanned end is a lost connection", () => {
  assert.deepEqual([4400, 4403, 4408, 4410, 4429, 4503, 1006].map(visitorReason), [
    "broken",
    "not_open",
    "too_often",
    "over",
    "too_often",
    "all_taken",
    "lost",
  ]);
});

test("a face stands mirrored in the preview, in percent of its sides", () => {
  const answer = { box: [80, 60, 160, 180], landmarks: [[96, 120]] };

  assert.deepEqual(facePlace(answer), {
    left: 50,
    top: 25,
    width: 25,
    height: 50,
    points: [{ left: 70, top: 50 }],
  });
});

test("without a face there is nothing to place", () => {
  assert.equal(facePlace({ box: null, landmarks: [] }), null);
  assert.equal(facePlace({}), null);
});

test("scores become a sentence that does not claim more than they say", () => {
  assert.equal(saying({ happy: 0.7, sad: 0.3 }), "Looks happy.");
  assert.equal(saying({ sad: 0.4, fear: 0.35, happy: 0.25 }), "Hard to tell: sad or fearful.");
  assert.equal(saying(null), "");
});

test("the picture's label names the highest score", () => {
  assert.equal(caption({ sad: 0.1, happy: 0.9 }), "Happy, 90 %");
  assert.equal(caption(null), "");
});

test("dropped frames in a row mean that classes need the engine", () => {
  const dropped = { state: "dropped" };
  const dark = { state: "ok", faces: 1, luma: 20 };

  assert.equal(tryHint([dropped, dropped]), "");
  assert.equal(tryHint([dark, dropped, dropped, dropped]), "busy");
  assert.equal(tryHint([dropped, dark, dark, dark]), "dark");
  assert.equal(tryHint([]), "");
  assert.equal(tryHint([dark, dark, dark], "frozen"), "frozen");
});
