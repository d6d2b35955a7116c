import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraErrorKind, cameraErrorText } from "../../static/js/lib/camera_errors.js";
import {
  dashboardIsFinal,
  studentIsFinal,
  studentReason,
} from "../../static/js/lib/close_codes.js";
import { middlePart } from "../../static/js/lib/jpeg.js";

const named = (name, message = "") => Object.assign(new Error(message), { name });

test("every way in which a camera fails has a sentence and a remedy of its own", () => {
  const kinds = [
    named("NotAllowedError", "Permission denied"),
    named("NotAllowedError", "Permission denied by system"),
    named("NotAllowedError", "Permission dismissed"),
    named("NotReadableError"),
    named("AbortError", "Timeout starting video source"),
    named("NotFoundError"),
    named("OverconstrainedError"),
    named("TypeError"),
  ].map(cameraErrorKind);
  const all = new Set([...kinds, "insecure", "stopped", "scrambled", "too_old", "no_worker", "worker_gone"]);
  const texts = [...all].map((kind) => cameraErrorText(kind));

  assert.deepEqual(kinds, [
    "denied",
    "system",
    "dismissed",
    "unreadable",
    "unreadable",
    "none",
    "unfit",
    "other",
  ]);
  assert.equal(new Set(texts.map(({ problem }) => problem)).size, all.size);
  assert.equal(new Set(texts.map(({ remedy }) => remedy)).size, all.size);
});

test("a failure that nobody foresaw is told by the browser's own name for it", () => {
  assert.match(cameraErrorText("other", "StrangeError").remedy, /StrangeError/);
  assert.doesNotMatch(cameraErrorText("none", "NotFoundError").remedy, /NotFoundError/);
});

test("an older tab and an ended class stay away; a lost or hurried one comes back", () => {
  assert.deepEqual(
    [4400, 4409, 4410].map((code) => studentIsFinal(code, true)),
    [true, true, true],
  );
  assert.deepEqual(
    [1006, 1009, 4408, 4429].map((code) => studentIsFinal(code, true)),
    [false, false, false, false],
  );
  assert.equal(studentReason(4409), "other_tab");
  assert.equal(studentReason(1006), "lost");
});

test("a refusal after a talk is tried again once, a refusal at the door is not", () => {
  assert.equal(studentIsFinal(4403, true), false);
  assert.equal(studentIsFinal(4403, false), true);
});

test("a dashboard comes back unless logged out or gone", () => {
  assert.deepEqual(
    [4401, 4404, 1006].map((code) => dashboardIsFinal(code)),
    [true, true, false],
  );
});

test("the middle of a wide picture is taken, and all of one with our shape", () => {
  assert.deepEqual(middlePart(1280, 720), { x: 160, y: 0, width: 960, height: 720 });
  assert.deepEqual(middlePart(640, 480), { x: 0, y: 0, width: 640, height: 480 });
});
