import assert from "node:assert/strict";
import { test } from "node:test";

import { callsBack, tabState, tabTitle } from "../../static/js/lib/call_back.js";

const WELL = {
  link: "open",
  reason: "",
  snapshot: { state: "live", trouble: "", summary: { many_behind: false, sentence: "Calm." } },
};
const with_ = (changes) => ({ ...WELL, snapshot: { ...WELL.snapshot, ...changes } });
const BEHIND = with_({ summary: { many_behind: true, sentence: "1 in 3 are lost." } });
const CHANGE = with_({ alert: { words: "More are lost than before." } });
const AWAY = { ...WELL, link: "waiting", reason: "lost" };

test("the tab tells first what calls", () => {
  const cases = [
    [WELL, "", "Algebra"],
    [BEHIND, "alert", "(!) Many are lost · Algebra"],
    [with_({ trouble: "cut_off" }), "alert", "(!) Interrupted · Algebra"],
    [with_({ state: "paused" }), "paused", "Paused · Algebra"],
    [CHANGE, "change", "A change · Algebra"],
    [with_({ ...CHANGE.snapshot, trouble: "cut_off" }), "alert", "(!) Interrupted · Algebra"],
    [AWAY, "away", "(!) Disconnected · Algebra"],
    [{ link: "connecting", reason: "", snapshot: null }, "", "Algebra"],
  ];

  for (const [known, state, title] of cases) {
    assert.equal(tabState(known), state);
    assert.equal(tabTitle(known, "Algebra"), title);
  }
});

test("a change that holds is told in its words, unless many are lost", () => {
  const told = [];
  const update = callsBack((text) => told.push(text), () => Date.now());
  for (const known of [WELL, CHANGE, CHANGE]) update(known);
  callsBack((text) => told.push(text))(with_({ ...BEHIND.snapshot, alert: CHANGE.snapshot.alert }));

  assert.deepEqual(told, ["More are lost than before.", "1 in 3 are lost."]);
});

test("what calls is told once when it begins, and at most once in ten minutes", () => {
  const told = [];
  let now = 0;
  const update = callsBack(
    (text) => told.push([now, text]),
    () => now,
  );
  const minute = 60_000;

  for (const [at, known] of [
    [0, WELL],
    [1, BEHIND],
    [2, BEHIND], // it lasts
    [3, WELL],
    [4, BEHIND], // too soon
    [5, AWAY], // as soon
    [12, WELL],
    [13, AWAY],
  ]) {
    now = at * minute;
    update(known);
  }

  assert.deepEqual(told, [
    [minute, "1 in 3 are lost."],
    [13 * minute, "Disconnected: this page gets no numbers."],
  ]);
});
