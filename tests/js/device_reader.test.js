// What a device does with its engine: loads it once, adds up what it reads, and keeps to its pace.
import assert from "node:assert/strict";
import { test } from "node:test";

import { loadEngine } from "../../static/js/device/load.js";
import { devicePace } from "../../static/js/device/pace.js";
import { deviceReader } from "../../static/js/device/reader.js";
import { newTally } from "../../static/js/device/tally.js";
import { deviceErrorText } from "../../static/js/lib/device_errors.js";
import { encodeInterval } from "../../static/js/lib/protocol.js";
import { whereRead } from "../../static/js/lib/student_state.js";

const LABELS = ["happy", "sad"];
const HASH = "36ba2c1655b5a8b4c2911e43";
const HAPPY = { state: "ok", scores: { happy: 0.75, sad: 0.25 }, faces: 1, luma: 100 };
const SAD = { state: "ok", scores: { happy: 0.25, sad: 0.75 }, faces: 2, luma: 50 };
const NOBODY = { state: "no_face", scores: null, faces: 0, luma: null };
const PICTURE = { bytes: new ArrayBuffer(4), ms: 1 };

const engineOf = (read) => async () => ({ hash: HASH, labels: LABELS, read });

/** A reader whose engine is there, and all that it told. */
async function readerWith(load, expected = HASH.slice(0, 16)) {
  const told = [];
  const reader = deviceReader((how) => told.push(how), load);
  await reader.prepare({}, expected);
  return { reader, told };
}

test("readings are added up: frames, faces, scores, and which score was the highest", () => {
  const tally = newTally(LABELS, 1000);
  [HAPPY, HAPPY, SAD, NOBODY].forEach(tally.add);

  assert.deepEqual(tally.sums(11_040), {
    tenths: 101,
    frames: 4,
    faces: 3,
    luma: 250 / 3,
    scores: [1.75, 1.25],
    wins: [2, 1],
    highest: 2.25,
  });
});

test("an interval is at least a tenth of a second long, and fits its two bytes", () => {
  assert.equal(newTally(LABELS, 1000).sums(1000).tenths, 1);
  assert.equal(newTally(LABELS, 0).sums(1e9).tenths, 0xffff);
});

test("a clock that was set back throws away what was read, and the next interval is sent", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { reader } = await readerWith(engineOf(() => HAPPY));
  reader.read(PICTURE);
  now -= 3_600_000;

  assert.equal(reader.due(10_000), null);
  reader.read(PICTURE);
  now += 10_000;
  assert.equal(reader.due(10_000).frames, 1);
});

test("an interval is written as the server reads it", () => {
  const sums = {
    ...{ tenths: 100, frames: 5, faces: 4, luma: 96.54 },
    ...{ scores: [1, 0, 0, 2, 0, 0.5, 0.5], wins: [1, 0, 0, 2, 0, 0, 1], highest: 3 },
  };

  const view = new DataView(encodeInterval(7, 1000.4, "36ba2c1655b5a8b4", sums));

  assert.equal(view.byteLength, 75);
  assert.deepEqual([view.getUint8(0), view.getUint32(1), view.getBigUint64(5)], [2, 7, 1000n]);
  assert.equal(view.getBigUint64(13), 0x36ba2c1655b5a8b4n);
  assert.deepEqual([21, 23, 25, 27].map((at) => view.getUint16(at)), [100, 5, 4, 965]);
  assert.deepEqual(sums.scores.map((_, i) => view.getFloat32(29 + 4 * i)), sums.scores);
  assert.deepEqual(sums.wins.map((_, i) => view.getUint16(57 + 2 * i)), sums.wins);
  assert.equal(view.getFloat32(71), 3);
});

test("an engine is loaded once, and told while it comes", async () => {
  let loads = 0;
  const { reader, told } = await readerWith(async (_, onShare) => {
    loads += 1;
    [0.01, 0.5, 1].forEach(onShare);
    return { hash: HASH, labels: LABELS, read: () => HAPPY };
  });
  await reader.prepare({}, HASH.slice(0, 16));

  assert.equal(loads, 1);
  assert.deepEqual(told, [
    { is: "loading", share: 0 },
    { is: "loading", share: 0.5 },
    { is: "loading", share: 1 },
    { is: "ready" },
  ]);
});

test("what still comes after one file has failed changes nothing", async () => {
  let onShare = null;
  const { reader, told } = await readerWith(async (_, hears) => {
    onShare = hears;
    throw Object.assign(new Error(), { kind: "changed" });
  });
  onShare(1);

  assert.equal(reader.is(), "failed");
  assert.deepEqual(told.at(-1), { is: "failed", kind: "changed" });
});

test("an engine that the server does not count is not used, also after an upgrade", async () => {
  const { told } = await readerWith(engineOf(() => HAPPY), "0123456789abcdef");
  const later = await readerWith(engineOf(() => HAPPY));
  await later.reader.prepare({}, "0123456789abcdef");

  assert.deepEqual([told.at(-1), later.told.at(-1)], Array(2).fill({ is: "failed", kind: "outdated" }));
});

test("what is read waits until it is due, is taken once, and is forgotten on a no", async () => {
  const { reader } = await readerWith(engineOf(() => HAPPY));

  assert.equal(reader.due(0), null);
  reader.read(PICTURE);
  assert.equal(reader.due(60_000), null);
  assert.equal(reader.due(0).frames, 1);
  reader.taken();
  reader.answered();
  reader.read(PICTURE);
  assert.equal(reader.due(0).frames, 1);
  reader.forget();
  assert.equal(reader.due(0), null);
});

test("one bad picture is not the end, three in a row are", async () => {
  let fault = new Error("bad");
  const { reader, told } = await readerWith(
    engineOf(() => {
      if (fault) throw fault;
      return HAPPY;
    }),
  );

  assert.equal(reader.read(PICTURE), null);
  fault = null;
  assert.equal(reader.read(PICTURE), HAPPY);
  fault = new RangeError("out of memory");
  for (let i = 0; i < 3; i++) reader.read(PICTURE);
  assert.deepEqual(told.at(-1), { is: "failed", kind: "memory" });
});

test("a device starts slowly, keeps to a tenth of a core, and gives up where ten seconds are not enough", () => {
  const pace = devicePace();

  assert.equal(pace.pause(2000), 5000);
  for (let i = 0; i < 12; i++) pace.took(5);
  assert.equal(pace.pause(2000), 2000);
  for (let i = 0; i < 12; i++) pace.took(600);
  assert.ok(Math.abs(pace.pause(2000) - 6000) < 10);
  assert.equal(pace.isTooSlow(), false);
  for (let i = 0; i < 3; i++) pace.took(1100);
  assert.equal(pace.isTooSlow(), true);
  for (let i = 0; i < 12; i++) pace.took(5000);
  assert.equal(pace.pause(2000), 10_000);
});

test("a browser without WebAssembly has no engine, and fetches nothing", async (t) => {
  const { WebAssembly: kept } = globalThis;
  t.after(() => Object.assign(globalThis, { WebAssembly: kept }));
  t.mock.method(globalThis, "fetch", () => assert.fail("fetched"));
  globalThis.WebAssembly = undefined;

  await assert.rejects(loadEngine({}), { kind: "too_old" });
});

test("pictures are read where the server's news and this device let them be", () => {
  const ready = { is: "ready" };
  const failed = { is: "failed", kind: "memory" };
  const rows = [
    [null, null, ""],
    ["server", ready, "server"],
    ["device", null, "loading"],
    ["either", { is: "loading", share: 0.5 }, "loading"],
    ["device", ready, "device"],
    ["either", ready, "device"],
    ["device", failed, "failed"],
    ["either", failed, "instead"],
  ];

  for (const [inference, engine, expected] of rows) assert.equal(whereRead(inference, engine), expected);
});

test("every failure says what is wrong and what helps", () => {
  for (const kind of "too_old no_download changed outdated memory unproven too_slow broken".split(" ")) {
    const { problem, remedy } = deviceErrorText(kind);
    assert.ok(problem.endsWith(".") && remedy.endsWith("."), kind);
  }
  assert.deepEqual(deviceErrorText("of tomorrow"), deviceErrorText("broken"));
});

test("what no answer came to waits, and is one interval with what was read since", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const readings = [HAPPY, SAD];
  const { reader } = await readerWith(engineOf(() => readings.shift()));
  reader.read(PICTURE);
  now += 10_000;
  assert.equal(reader.due(10_000).frames, 1);
  reader.taken();

  reader.read(PICTURE);
  now += 20_000;
  assert.equal(reader.due(10_000), null); // two are never out together
  reader.unanswered();
  assert.deepEqual(reader.due(10_000), {
    tenths: 300,
    frames: 2,
    faces: 2,
    luma: 75,
    scores: [1, 1],
    wins: [1, 1],
    highest: 1.5,
  });
});

test("an answer that comes late is an answer, and a no forgets what is out, too", async () => {
  const { reader } = await readerWith(engineOf(() => HAPPY));
  reader.read(PICTURE);
  reader.taken();
  reader.read(PICTURE);
  reader.answered();
  assert.equal(reader.due(0).frames, 1);
  reader.unanswered();
  assert.equal(reader.due(0).frames, 1);

  reader.taken();
  reader.forget();
  reader.unanswered();
  assert.equal(reader.due(0), null);
});

test("while a camera shows nothing no interval is sent, which the server would refuse", async (t) => {
  let now = 1_000_000;
  t.mock.method(Date, "now", () => now);
  const { reader } = await readerWith(engineOf(() => HAPPY));
  reader.read(PICTURE);
  reader.taken();
  reader.answered();

  now += 60_000;
  assert.equal(reader.due(10_000), null);
  reader.read(PICTURE);
  now += 10_000;
  assert.equal(reader.due(10_000).tenths, 100);
});
