// What `npm run build` says where students' devices could not compute the artefact's network.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { writeEngineFiles } from "../../static/engine_files.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const detector = path.join(root, "static/dist/engine/blazeface.tflite");

/** An artefact whose card names `int8` as the file for browsers, and a folder to build into. */
async function artefactWith(t, int8) {
  const folder = await mkdtemp(path.join(tmpdir(), "artefact-"));
  t.after(() => rm(folder, { recursive: true }));
  await cp(path.join(root, "inference/artefacts/small"), folder, { recursive: true });
  const card = JSON.parse(await readFile(path.join(folder, "card.json")));
  card.files.int8 = int8;
  await writeFile(path.join(folder, "card.json"), JSON.stringify(card));
  process.env.FER_ARTEFACT = folder;
  t.after(() => ["FER_ARTEFACT", "FER_INFERENCE"].forEach((name) => delete process.env[name]));
  return path.join(folder, "built");
}

test("an artefact that browsers can compute is built", async (t) => {
  const built = await artefactWith(t, "emotion_int8.tflite");
  process.env.FER_INFERENCE = "device";

  await writeEngineFiles(root, built, detector);

  assert.ok((await readdir(built)).includes("engine.json"));
});

// The file of floats holds layers that the kernels have for whole numbers alone.
for (const [int8, why] of [
  ["emotion.tflite", /a network of floats with a layer "\w+"/],
  ["golden.jpg", /not a \.tflite file/],
  ["missing.tflite", /no such file/],
  [undefined, /names no file "int8"/],
]) {
  test(`a build for devices fails where its network is ${int8}`, async (t) => {
    const built = await artefactWith(t, int8);
    process.env.FER_INFERENCE = "either";

    await assert.rejects(writeEngineFiles(root, built, detector), (error) => {
      assert.match(error.message, why);
      return /cannot read with the network in .* FER_INFERENCE=server/.test(error.message);
    });
  });
}

test("where the server alone reads, the build says so and goes on without files for browsers", async (t) => {
  const built = await artefactWith(t, "emotion.tflite");
  const warned = t.mock.method(console, "warn", () => {});

  await writeEngineFiles(root, built, detector);

  assert.match(warned.mock.calls[0].arguments[0], /cannot read with the network/);
  assert.deepEqual(await readdir(built), ["kernels.wasm"]);
});
