import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraMayRun, mayCapture, outOfDate, pageState } from "../../static/js/lib/student_state.js";

const LIVE = {
  link: "open",
  reason: "",
  session: "live",
  offered: true,
  expression: true,
  camera: "on",
  wanted: true,
};

test("the page's state follows what is known, the most binding first", () => {
  const cases = [
    [{}, "live"],
    [{ camera: "off" }, "camera_off"],
    [{ camera: "held" }, "camera_off"],
    [{ camera: "starting" }, "camera_starting"],
    [{ camera: "pending" }, "camera_starting"],
    [{ camera: "silent" }, "camera_silent"],
    [{ camera: "black" }, "camera_black"],
    [{ camera: "frozen" }, "camera_frozen"],
    [{ camera: "error" }, "camera_error"],
    [{ reading: "loading" }, "preparing"],
    [{ reading: "failed" }, "unable"],
    [{ reading: "instead" }, "live"],
    [{ reading: "loading", camera: "off" }, "camera_off"],
    [{ camera: "silent", session: "paused" }, "paused"],
    [{ expression: false }, "not_chosen"],
    [{ offered: false, expression: false }, "not_offered"],
    [{ session: "paused", expression: false }, "paused"],
    [{ session: "draft" }, "waiting"],
    [{ session: null }, "connecting"],
    [{ session: null, link: "connecting" }, "connecting"],
    [{ link: "waiting", reason: "lost" }, "disconnected"],
    [{ link: "connecting", reason: "lost" }, "disconnected"],
    [{ link: "waiting", reason: "crowded" }, "crowded"],
    [{ link: "waiting", reason: "too_fast" }, "too_fast"],
    [{ link: "closed", reason: "other_tab" }, "other_tab"],
    [{ link: "connecting", reason: "restarted" }, "restarted"],
    [{ link: "waiting", reason: "outdated" }, "disconnected"],
    [{ link: "closed", reason: "outdated" }, "outdated"],
    [{ link: "waiting", reason: "lost", session: "ended" }, "ended"],
    [{ session: "ending" }, "ended"],
  ];

  for (const [change, expected] of cases) {
    assert.equal(pageState({ ...LIVE, ...change }), expected, JSON.stringify(change));
  }
});

test("the camera never runs without consent, unwanted, paused, ended or in an older tab", () => {
  const off = [
    { expression: false },
    { wanted: false },
    { offered: false },
    { session: "paused" },
    { session: "ended" },
    { session: null },
    { link: "closed" },
  ];

  for (const change of off)
    assert.equal(cameraMayRun({ ...LIVE, ...change }), false, JSON.stringify(change));
});

test("the camera runs before the start, and through a short break of the connection", () => {
  assert.equal(cameraMayRun({ ...LIVE, session: "draft" }), true);
  assert.equal(cameraMayRun({ ...LIVE, link: "waiting" }), true);
});

test("frames are taken only in a live class and with the server's word", () => {
  assert.equal(mayCapture({ state: "live", expression: true }), true);
  assert.equal(mayCapture({ state: "draft", expression: true }), false);
  assert.equal(mayCapture({ state: "live", expression: false }), false);
  assert.equal(mayCapture(null), false);
});

test("a page that offers more than the server allows is out of date", () => {
  const page = { offered: true, expression: true, pulseOffered: true, pulse: true, choices: "null" };
  const news = { state: "live", expression: true, pulse: true };

  assert.equal(outOfDate(news, page), false);
  assert.equal(outOfDate({ ...news, expression: false }, page), true);
  assert.equal(outOfDate({ ...news, pulse: false }, page), true);
  assert.equal(outOfDate({ ...news, expression: false }, { ...page, expression: false }), false);
  assert.equal(outOfDate({ ...news, expression: false }, { ...page, offered: false }), false);
  assert.equal(outOfDate({ ...news, pulse: false }, { ...page, pulseOffered: false }), false);
  assert.equal(outOfDate({ ...news, choices: [{ words: "Got it", tap: "ok" }] }, page), true);
  assert.equal(outOfDate({ ...news, result: { last_minute: null } }, page), true);
  assert.equal(outOfDate({ ...news, result: null }, { ...page, seesResult: true }), true);
  assert.equal(outOfDate({ state: "paused", expression: false, pulse: false }, page), false);
});
