import assert from "node:assert/strict";
import { test } from "node:test";

import {
  countedWord,
  elapsed,
  endTime,
  joinedWord,
  percent,
  plusMinus,
  signed,
  startTime,
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

test("a minute's end is a time of the reader's clock", () => {
  const at = new Date(2026, 10, 28, 10, 41).toISOString();

  assert.match(endTime(at, 60), /10:42/);
});

test("a time is that of the reader's zone, with seconds where minutes are short", () => {
  const zone = process.env.TZ;
  const told = ["Asia/Kolkata", "America/New_York"].map((name) => {
    process.env.TZ = name;
    return [startTime("2026-11-29T05:02:30Z", 60), startTime("2026-11-29T05:02:30Z", 10)];
  });
  process.env.TZ = zone ?? "";

  assert.match(told[0][0], /10:32(?!:)/);
  assert.match(told[0][1], /10:32:30/);
  assert.match(told[1][0], /12:02/);
});

test("counts are told as roughly as the server tells them", () => {
  assert.deepEqual([null, 0, 15].map(joinedWord), ["–", "few or none", "roughly 15 or more"]);
  assert.deepEqual([null, 10].map(countedWord), ["too few to show", "roughly 10 or more"]);
});
