import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { cameraPanel } from "../../static/js/student/camera_panel.js";

const element = () => ({
  querySelectorAll: () => [],
  querySelector: () => element(),
  contains: () => false,
  dataset: {},
  toggleAttribute() {},
  srcObject: null,
});

class Track extends EventTarget {
  live = true;
  muted = false;

  stop() {
    this.live = false;
  }

  become(muted) {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

/** A browser's camera: `refuse(constraints)` may return an error; what it opens waits until `answer` is called. */
function fakeCamera(refuse = () => null) {
  const opened = [];
  const getUserMedia = (constraints) =>
    new Promise((resolve, reject) => {
      const error = refuse(constraints);
      if (error) return reject(error);
      const track = new Track();
      const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
      opened.push({ track, constraints, answer: () => resolve(stream) });
    });
  Object.defineProperty(globalThis, "navigator", {
    value: { mediaDevices: { getUserMedia } },
    configurable: true,
  });
  globalThis.isSecureContext = true;
  globalThis.document = { activeElement: null };
  return opened;
}

/** The way to a Worker that has said hello. */
function fakeChannel(problem = "") {
  const handlers = [];
  return {
    posted: [],
    listen(handler) {
      handlers.push(handler);
      handler({ type: "hello", readsTracks: false, problem });
    },
    post(message) {
      this.posted.push(message.type);
    },
    say: (message) => handlers.forEach((handler) => handler(message)),
  };
}

const passed = () => new Promise((resolve) => setImmediate(resolve));
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function panelWith(channel = fakeChannel()) {
  const states = [];
  return { states, panel: cameraPanel(element(), channel, (state) => states.push(state)) };
}

async function running(channel) {
  const opened = fakeCamera();
  const { panel, states } = panelWith(channel);
  panel.allow(true, true);
  await settled();
  opened[0].answer();
  await settled();
  return { panel, states, track: opened[0].track };
}

test("off while the browser asks twice leaves no camera on", async () => {
  const opened = fakeCamera();
  const { panel } = panelWith();

  panel.allow(true, true);
  await settled();
  panel.allow(false, true);
  panel.allow(true, true);
  await settled();
  for (const { answer } of opened) answer();
  await settled();
  panel.allow(false, false);

  assert.equal(opened.length, 2);
  assert.deepEqual(
    opened.map(({ track }) => track.live),
    [false, false],
  );
});

test("a muted camera is silent until it gives pictures again", async () => {
  const { track, states } = await running();

  track.become(true);
  track.become(false);

  assert.deepEqual(states, ["starting", "on", "silent", "on"]);
});

test("what the Worker sees of the pictures is told, and a muted track's are none", async () => {
  const channel = fakeChannel();
  const { track, states } = await running(channel);

  for (const are of ["coming", "none", "black", "frozen", "coming"])
    channel.say({ type: "pictures", are });
  track.muted = true;
  channel.say({ type: "pictures", are: "coming" });

  assert.deepEqual(states, ["starting", "on", "silent", "black", "frozen", "on", "silent"]);
});

test("a camera that never answers is told of, and can be tried again or left", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const opened = fakeCamera();
  const { panel, states } = panelWith();
  panel.allow(true, true);
  await passed();

  mock.timers.tick(8000);
  panel.retry();
  await passed();
  panel.allow(false, false);
  mock.timers.tick(60_000);
  mock.timers.reset();

  assert.equal(opened.length, 2);
  assert.deepEqual(states, ["starting", "pending", "starting", "off"]);
});

test("a camera that cannot do what is wished for is opened as it is", async () => {
  const tooMuch = Object.assign(new Error(), { name: "OverconstrainedError" });
  const opened = fakeCamera(({ video }) => (video === true ? null : tooMuch));
  const { panel, states } = panelWith();

  panel.allow(true, true);
  await settled();
  opened[0].answer();
  await settled();

  assert.deepEqual(states, ["starting", "on"]);
});

test("no wish for a picture is a demand", async () => {
  const opened = fakeCamera();
  panelWith().panel.allow(true, true);
  await settled();

  assert.doesNotMatch(JSON.stringify(opened[0].constraints), /"(min|max|exact)"/);
});

test("without the Worker no camera is asked for, and the reason is told", async () => {
  const opened = fakeCamera();
  const { panel, states } = panelWith(fakeChannel("no_worker"));

  panel.allow(true, true);
  await settled();

  assert.equal(opened.length, 0);
  assert.deepEqual(states, ["starting", "error"]);
});

test("pictures that cannot be read stop the camera", async () => {
  const channel = fakeChannel();
  const { track, states } = await running(channel);

  channel.say({ type: "camera-problem", kind: "scrambled" });

  assert.equal(track.live, false);
  assert.equal(states.at(-1), "error");
});
