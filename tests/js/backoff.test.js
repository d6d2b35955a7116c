import assert from "node:assert/strict";
import { test } from "node:test";

import { pauseBefore } from "../../static/js/lib/backoff.js";

test("pauses double from half a second and then stay at fifteen seconds", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 50].map((attempt) => pauseBefore(attempt, () => 0));

  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 15000, 15000]);
});

test("chance takes off at most a fifth, so that a class does not return in one instant", () => {
  assert.equal(
    pauseBefore(1, () => 0.5),
    900,
  );
  assert.equal(
    pauseBefore(9, () => 1),
    12000,
  );
});
