import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraPanel } from "../../static/js/student/camera_panel.js";

const element = () => ({
  querySelectorAll: () => [],
  querySelector: () => element(),
  contains: () => false,
  dataset: {},
  toggleAttribute() {},
  srcObject: null,
});

function fakeCamera() {
  const opened = [];
  const mediaDevices = {
    getUserMedia: () =>
      new Promise((resolve) => {
        const track = { live: true, stop: () => (track.live = false), addEventListener() {} };
        const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
        opened.push({ track, answer: () => resolve(stream) });
      }),
  };
  return { opened, mediaDevices };
}

test("off while the browser asks twice leaves no camera on", async () => {
  const { opened, mediaDevices } = fakeCamera();
  Object.defineProperty(globalThis, "navigator", {
    value: { mediaDevices },
    configurable: true,
  });
  globalThis.isSecureContext = true;
  globalThis.document = { activeElement: null };
  const worker = { addEventListener() {}, postMessage() {} };
  const panel = cameraPanel(element(), worker, () => {});

  panel.allow(true, true);
  panel.allow(false, true);
  panel.allow(true, true);
  for (const { answer } of opened) answer();
  await new Promise((resolve) => setTimeout(resolve, 20));
  panel.allow(false, false);

  assert.equal(opened.length, 2);
  assert.deepEqual(
    opened.map(({ track }) => track.live),
    [false, false],
  );
});
