// The browser's engine against what the Python engine says of the same inputs (tests/inference/browser_cases.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { cut, similarity } from "../../static/js/device/alignment.js";
import { surroundings } from "../../static/js/device/blazeface.js";
import { anchors, merge } from "../../static/js/device/blazeface_network.js";
import { classifier, soften } from "../../static/js/device/classification.js";
import { startKernels } from "../../static/js/device/memory.js";
import { loadNetwork } from "../../static/js/device/network.js";
import { meanGrey, nearest, resized } from "../../static/js/device/pixels.js";
import { halfToFloat, readNetwork } from "../../static/js/device/tflite.js";

const cases = JSON.parse(readFileSync(new URL("engine_cases.json", import.meta.url)));

const engineFile = (name) => new Uint8Array(readFileSync(new URL(`../../static/dist/engine/${name}`, import.meta.url))).buffer;

function assertNear(found, expected, within = 1e-9) {
  const [one, other] = [found, expected].map((values) => values.flat(9));
  assert.equal(one.length, other.length);
  one.forEach((value, i) => assert.ok(Math.abs(value - other[i]) <= within, `${i}: ${value}, ${other[i]}`));
}

test("a picture or a part of it is resized to the same grey levels", () => {
  for (const { part: [x, y, width, height], columns, rows, is } of cases.resized) {
    assert.deepEqual([...resized(cases.image, { x, y, width, height }, columns, rows)], is);
  }
});

test("a face is cut to the same grey levels, also beyond the picture's edge", () => {
  const { marks, size, is } = cases.cut;

  assert.deepEqual([...cut(cases.image, marks, size)], is);
});

test("points are brought to their targets by the same turn, scale and shift", () => {
  const { from, to, is } = cases.similarity;

  const { a, b, x, y } = similarity(from, to);

  assertNear([a, -b, x, b, a, y], is);
});

test("points that all coincide are moved without turning or scaling", () => {
  assert.deepEqual(similarity([[1, 2], [1, 2]], [[3, 5], [3, 5]]), { a: 1, b: 0, x: 2, y: 3 });
});

test("anchors stand where the network was taught to expect them", () => {
  const { rows, columns, is } = cases.anchors;

  assert.deepEqual(anchors(rows, columns), is);
});

test("anchors of one face are joined, those of another are not", () => {
  const { points, scores, is } = cases.merge;

  const found = merge(points, scores);

  assert.equal(found.length, is.length);
  found.forEach((face, i) => {
    assertNear(face.box, is[i].box);
    assertNear(face.marks, is[i].marks);
    assert.equal(face.score, is[i].score);
  });
});

test("scores are calibrated alike, and one of zero stays possible", () => {
  const { scores, temperature, is } = cases.soften;

  assertNear(soften(scores, temperature), is);
});

test("a closer look stays inside the picture", () => {
  const image = { width: 320, height: 240 };

  assert.deepEqual(surroundings(image, { box: [-10, 0, 90, 100] }), { x: 0, y: 0, width: 160, height: 160 });
  assert.deepEqual(surroundings(image, { box: [0, -40, 320, 280] }), { x: 0, y: 0, width: 320, height: 240 });
});

test("halves go to the even number, as in NumPy", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(nearest), [0, 2, 2, -0, -2, 2, 3]);
});

test("the mean of grey levels is no whole number", () => {
  assert.equal(meanGrey(Uint8Array.of(1, 2)), 1.5);
});

test("the served network of whole numbers gives the golden face the scores of its card", async () => {
  const about = JSON.parse(Buffer.from(engineFile("engine.json")));
  const machine = await startKernels(engineFile("kernels.wasm"));
  const classify = classifier(loadNetwork(machine, engineFile("emotion.tflite")), about);

  assertNear(classify(cases.golden.levels), about.golden.scores, 0.005);
});

test("the detector's network reads a picture of any size that halves four times", async () => {
  const machine = await startKernels(engineFile("kernels.wasm"));
  const run = loadNetwork(machine, engineFile("blazeface.tflite"));

  for (const [rows, columns] of [[64, 96], [80, 80]]) {
    const [raw, logits] = run(new Float32Array(rows * columns * 3), [1, rows, columns, 3]);
    assert.deepEqual([raw.length, logits.length], [16 * anchors(rows, columns).length, anchors(rows, columns).length]);
  }
});

test("what is no network is refused, and what has a step that we do not know", () => {
  assert.throws(() => readNetwork(new ArrayBuffer(64)), /not a .tflite file/);
  const other = engineFile("blazeface.tflite");
  const codes = new Uint8Array(other);
  const relu = findOperatorCode(codes, 19);
  codes[relu] = 77;

  assert.throws(() => readNetwork(other), /an operator 77/);
});

/** Where a file's list of operators holds one of them, found by changing byte after byte. */
function findOperatorCode(bytes, code) {
  const steps = (name) => readNetwork(bytes.buffer).steps.filter((step) => step.name === name).length;
  const count = steps("relu");
  return bytes.findIndex((byte, at) => {
    if (byte !== code) return false;
    bytes[at] = 18; // a product instead
    let changed = false;
    try {
      changed = steps("relu") === 0 && steps("mul") === count;
    } catch {
      // not the place
    }
    bytes[at] = code;
    return changed;
  });
}

test("halves of a network's file are read as the numbers they are", () => {
  const halves = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x3555];

  assert.deepEqual(halves.map(halfToFloat), [1, -2, 2 ** -24, 65504, -0, 0.333251953125]);
});
