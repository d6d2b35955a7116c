import assert from "node:assert/strict";
import { test } from "node:test";

import { heroState, isAway, sparingly } from "../../static/js/lib/dashboard_state.js";

const EMPTY = { status: "too_few", pulse_status: "too_few", groups: null, pulse: null };
const RELEASED = { ...EMPTY, status: "released", groups: { pleased: 1, calm: 0, strained: 0 } };
const PULSE = { ...EMPTY, pulse_status: "released", pulse: { ok: 1 } };
const INTERRUPTED = { ...EMPTY, status: "interrupted" };
const PAUSED = { ...EMPTY, status: "paused", pulse_status: "paused" };

test("the large panel follows the newest closed minute", () => {
  const cases = [
    ["live", RELEASED, "numbers"],
    ["live", EMPTY, "too_few"],
    ["live", PULSE, "numbers"], // too few showed their faces, enough were asked for the pulse
    ["live", INTERRUPTED, "interrupted"],
    ["live", PAUSED, "resumed"], // no alarm after the teacher's own pause
    ["live", { ...PAUSED, status: "off" }, "resumed"],
    ["live", { ...EMPTY, status: "off" }, "too_few"],
    ["live", null, "waiting"],
    ["paused", RELEASED, "numbers"],
    ["paused", INTERRUPTED, "paused_empty"],
    ["paused", PAUSED, "paused_empty"],
    ["paused", null, "paused_empty"],
    ["draft", null, "draft"],
    ["ending", RELEASED, "ending"],
  ];

  for (const [state, minute, expected] of cases) {
    const snapshot = { state, last_minute: minute, after_pause: false };
    assert.equal(heroState(snapshot), expected, JSON.stringify([state, minute]));
  }
});

test("after Resume nothing but the pause is the reason of what is missing", () => {
  for (const minute of [null, EMPTY, INTERRUPTED, PAUSED])
    assert.equal(
      heroState({ state: "live", last_minute: minute, after_pause: true }),
      "resumed",
    );
  assert.equal(
    heroState({ state: "live", last_minute: RELEASED, after_pause: true }),
    "numbers",
  );
});

test("the spoken line comes at most once a minute, and only when it is new", () => {
  const spoken = [];
  let now = 0;
  const speak = sparingly(
    (text) => spoken.push(text),
    60_000,
    () => now,
  );

  for (const [at, text] of [
    [0, "calm"],
    [30_000, "sad"],
    [61_000, "calm"],
    [62_000, "sad"],
  ]) {
    now = at;
    speak(text);
  }

  assert.deepEqual(spoken, ["calm", "sad"]);
});

test("a connection is lost once it was there, or was refused", () => {
  assert.equal(isAway({ link: "connecting", reason: "" }), false);
  assert.equal(isAway({ link: "open", reason: "" }), false);
  assert.equal(isAway({ link: "waiting", reason: "lost" }), true);
  assert.equal(isAway({ link: "connecting", reason: "lost" }), true);
  assert.equal(isAway({ link: "closed", reason: "gone" }), true);
});
