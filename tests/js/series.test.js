import assert from "node:assert/strict";
import { test } from "node:test";

import {
  lastIndex,
  mergeMinutes,
  shareOf,
  slots,
  stack,
  withBand,
} from "../../static/js/lib/series.js";

const EMOTIONS = ["happy", "sad"];
const minute = (index, shares = [0.75, 0.25]) => ({ index, shares });

test("merging keeps order, and a newer copy replaces an older one", () => {
  const merged = mergeMinutes([minute(0), minute(2)], [minute(3), minute(2, [0, 1])]);

  assert.deepEqual(merged, [minute(0), minute(2, [0, 1]), minute(3)]);
});

test("a missing minute leaves an empty slot", () => {
  assert.deepEqual(slots([minute(1)]), [null, minute(1)]);
  assert.deepEqual(slots([]), []);
  assert.equal(lastIndex([]), -1);
});

test("a hidden minute has no share of anything", () => {
  assert.equal(shareOf(minute(0, null), EMOTIONS, "sad"), null);
  assert.equal(shareOf(null, EMOTIONS, "sad"), null);
  assert.equal(shareOf(minute(0), EMOTIONS, "sad"), 0.25);
});

test("a band stays inside its bounds, and there is none without a value", () => {
  assert.deepEqual(withBand(0.25, 0.5), [0.25, 0, 0.75]);
  assert.deepEqual(withBand(-0.75, 0.5, -1, 1), [-0.75, -1, -0.25]);
  assert.equal(withBand(null, 0.1), null);
});

test("parts of a stack stand on each other, a missing one is flat", () => {
  assert.deepEqual(stack([0.5, null, 0.25]), [
    [0, 0.5],
    [0.5, 0.5],
    [0.5, 0.75],
  ]);
});
