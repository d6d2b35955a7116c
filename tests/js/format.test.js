import assert from "node:assert/strict";
import { test } from "node:test";

import {
  age,
  elapsed,
  othersWord,
  percent,
  plusMinus,
  signed,
} from "../../static/js/lib/format.js";

test("shares are whole percents, and a missing one is a dash", () => {
  assert.deepEqual([0, 0.354, 1, null].map(percent), ["0 %", "35 %", "100 %", "–"]);
  assert.deepEqual([0.124, null].map(plusMinus), ["± 12", ""]);
});

test("signs are shown, and nothing is minus nothing", () => {
  assert.deepEqual([0.4, -0.4, 0, -0.001, null].map(signed), [
    "+0.40",
    "−0.40",
    "0.00",
    "0.00",
    "–",
  ]);
});

test("time since the start reads like a clock", () => {
  assert.deepEqual([0, 75, 3600, 3675].map(elapsed), ["0:00", "1:15", "1:00:00", "1:01:15"]);
});

test("ages are in the words of a glance", () => {
  assert.deepEqual([null, 0.3, 12.4, 300].map(age), [
    "none yet",
    "just now",
    "12 s ago",
    "5 min ago",
  ]);
});

test("others are told as coarsely as the server does", () => {
  assert.equal(othersWord("under_5"), "under 5");
  assert.equal(othersWord(undefined), "not known yet");
});
