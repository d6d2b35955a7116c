import assert from "node:assert/strict";
import { test } from "node:test";

import { hintFor, remember } from "../../static/js/lib/hints.js";

const FINE = { state: "ok", faces: 1, luma: 120 };
const DARK = { state: "ok", faces: 1, luma: 39.9 };
const TWO = { state: "ok", faces: 2, luma: 120 };
const NOBODY = { state: "no_face", faces: 0, luma: null };
const DROPPED = { state: "dropped", faces: 0, luma: null };

test("nothing is said before three frames were looked at", () => {
  assert.equal(hintFor([]), "");
  assert.equal(hintFor([NOBODY, NOBODY]), "");
});

test("three in a row give the hint, two and a good one do not", () => {
  assert.equal(hintFor([FINE, DARK, DARK, DARK]), "dark");
  assert.equal(hintFor([DARK, DARK, FINE]), "");
  assert.equal(hintFor([NOBODY, NOBODY, NOBODY]), "no_face");
  assert.equal(hintFor([TWO, TWO, TWO]), "two_faces");
});

test("a luma of forty is light enough", () => {
  assert.equal(hintFor(Array(3).fill({ ...DARK, luma: 40 })), "");
});

test("frames that nobody looked at say nothing about the picture", () => {
  assert.equal(hintFor([NOBODY, DROPPED, NOBODY, DROPPED, NOBODY]), "no_face");
});

test("the memory stays short and keeps the newest", () => {
  let answers = [];
  for (let seq = 0; seq < 50; seq++) answers = remember(answers, { ...FINE, seq });

  assert.equal(answers.length, 8);
  assert.equal(answers.at(-1).seq, 49);
});
