import assert from "node:assert/strict";
import { test } from "node:test";

import { heroState, isAway, pulseSentence, sparingly } from "../../static/js/lib/dashboard_state.js";

const RELEASED = { index: 3, shares: [1, 0, 0, 0, 0, 0, 0], pulse: null };
const INTERRUPTED = { index: 3, status: "interrupted", shares: null, pulse: null };
const LIVE = { state: "live", expressionOn: true, minute: RELEASED, closedThrough: 3 };

test("the large panel follows the newest closed minute", () => {
  const cases = [
    [{}, "numbers"],
    [{ minute: { ...RELEASED, shares: null } }, "too_few"],
    [{ minute: INTERRUPTED }, "interrupted"],
    [{ minute: INTERRUPTED, state: "paused" }, "paused_empty"],
    [{ minute: INTERRUPTED, closedThrough: 5 }, "nobody"],
    [{ minute: null }, "waiting"],
    [{ minute: null, state: "paused" }, "paused_empty"],
    [{ closedThrough: 5 }, "nobody"],
    [{ closedThrough: 5, state: "paused" }, "numbers"],
    [{ expressionOn: false }, "too_few_pulse"],
    [{ expressionOn: false, minute: { ...RELEASED, pulse: { ok: 1 } } }, "pulse"],
    [{ state: "draft", minute: null }, "draft"],
    [{ state: "ending" }, "ending"],
  ];

  for (const [change, expected] of cases) {
    assert.equal(heroState({ ...LIVE, ...change }), expected, JSON.stringify(change));
  }
});

test("the pulse's sentence names what most of those who answered say", () => {
  const pulse = { lost: 0.1, too_fast: 0.1, ok: 0.6, too_slow: 0, no_answer: 0.2 };

  assert.equal(pulseSentence(pulse), "Most of those who answered say: all good.");
  assert.equal(
    pulseSentence({ ...pulse, lost: 0.5, ok: 0.2 }),
    "Most of those who answered say: I am lost.",
  );
  assert.equal(
    pulseSentence({ ...pulse, ok: 0.1, no_answer: 0.8 }),
    "Few students have tapped lately.",
  );
  assert.equal(pulseSentence(null), "");
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
