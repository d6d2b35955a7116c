import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bandOf,
  beganAt,
  gaps,
  lastIndex,
  mergeMinutes,
  partsOf,
  shareOf,
  slots,
  stack,
  viewOf,
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

const GROUPS = { pleased: 0.75, calm: 0, strained: 0.25 };
const small = { index: 0, groups: GROUPS, groups_band: { pleased: 0.2 }, shares: null, band: null };
const large = { ...small, shares: [0.75, 0.25], band: [0.1, 0.05] };

test("a share is that of a group or of a label, whichever is asked for", () => {
  assert.equal(shareOf(small, EMOTIONS, "strained"), 0.25);
  assert.equal(shareOf(small, EMOTIONS, "sad"), null);
  assert.equal(shareOf(large, EMOTIONS, "sad"), 0.25);
  assert.equal(bandOf(large, EMOTIONS, "sad"), 0.05);
  assert.equal(bandOf(large, EMOTIONS, "pleased"), 0.2);
});

test("one small minute among large ones turns the whole chart to groups", () => {
  const hidden = { index: 1, groups: null, shares: null };

  assert.equal(viewOf([large, hidden, large]), "labels");
  assert.equal(viewOf([large, small]), "groups");
  assert.equal(viewOf([hidden]), "groups");
  assert.equal(partsOf([large]).length, 7);
  assert.equal(partsOf([small]).length, 3);
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

test("how many answered is what is left of those who were asked", () => {
  const said = {
    answers: { lost: 0.4 },
    answers_band: { lost: 0.1 },
    pulse: { no_answer: 0.25 },
    pulse_band: { no_answer: 0.05 },
  };

  assert.equal(shareOf(said, EMOTIONS, "lost"), 0.4);
  assert.equal(bandOf(said, EMOTIONS, "lost"), 0.1);
  assert.equal(shareOf(said, EMOTIONS, "answered"), 0.75);
  assert.equal(bandOf(said, EMOTIONS, "answered"), 0.05);
  assert.equal(shareOf({ pulse: null }, EMOTIONS, "answered"), null);
});

test("neighbouring minutes of a pause are one, and a missing minute parts them", () => {
  const minutes = ["paused", "paused", "released", "interrupted", "paused"].map(
    (status, index) => ({ index, status }),
  );
  const later = { index: 6, status: "paused" };

  assert.deepEqual(
    gaps([...minutes, later], ({ status }) => [status]),
    [
      { kind: "paused", from: 0, to: 2 },
      { kind: "interrupted", from: 3, to: 4 },
      { kind: "paused", from: 4, to: 5 },
      { kind: "paused", from: 6, to: 7 },
    ],
  );
});

test("a class begins where its first known minute says, on the server's clock", () => {
  assert.equal(beganAt([{ index: 2, starts_at: "1970-01-01T00:03:00Z" }], 60), 60);
  assert.equal(beganAt([], 60), 0);
});
