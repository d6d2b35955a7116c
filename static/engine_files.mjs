// What a browser needs to read its own camera's pictures: the networks that the server reads with, byte for byte, the
// kernels that compute them, and one small file that says what they are.
import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import asc from "assemblyscript/asc";

import { startKernels } from "./js/device/memory.js";
import { loadNetwork } from "./js/device/network.js";

const ARTEFACTS = "inference/artefacts";
const SERVED = "int8"; // the form of a network that the browser computes as the server does

/** The artefact's folder, by the same setting and the same rule as the server finds it (inference/artefact.py). */
async function artefactFolder(root) {
  const name = process.env.FER_ARTEFACT || "small";
  const named = path.join(root, ARTEFACTS, name);
  return (await stat(named).catch(() => null)) ? named : path.resolve(root, name);
}

/** Compile static/kernels to WebAssembly. */
export async function compileKernels(root, file) {
  const { error, stderr } = await asc.main([
    path.join(root, "static/kernels/index.ts"),
    ...["--outFile", file, "--enable", "simd", "-O3", "--noAssert", "--runtime", "stub"],
  ]);
  if (error) throw new Error(`The kernels do not compile: ${stderr}`);
}

/** Why the kernels cannot compute the artefact's network; "" where they can. */
async function objection(artefact, about, kernels) {
  const name = about.files[SERVED];
  if (!name) return `its card names no file "${SERVED}"`;
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path.join(artefact, name));
    const run = loadNetwork(await startKernels(kernels), buffer.slice(byteOffset, byteOffset + byteLength));
    const { size } = about.input;
    run(new Float32Array(size * size), [1, size, size, 1]);
    return "";
  } catch (error) {
    return `${name}: ${error.message}`;
  }
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * Write the files into a folder. `detector`: BlazeFace's file. Throws where students' devices are to read, and cannot
 * compute the network; says so where the server alone reads, and writes nothing that a page could use.
 */
export async function writeEngineFiles(root, folder, detector) {
  await mkdir(folder, { recursive: true });
  const artefact = await artefactFolder(root);
  const card = await readFile(path.join(artefact, "card.json"));
  const about = JSON.parse(card);
  await compileKernels(root, path.join(folder, "kernels.wasm"));
  const kernels = await readFile(path.join(folder, "kernels.wasm"));
  const why = await objection(artefact, about, kernels);
  if (why) {
    const text = `Students' devices cannot read with the network in ${artefact}: ${why}. Add what is missing to static/js/device, or serve it with FER_INFERENCE=server.`;
    if ((process.env.FER_INFERENCE || "server") !== "server") throw new Error(text);
    console.warn(text);
    return;
  }
  const files = {
    "kernels.wasm": kernels,
    "blazeface.tflite": await readFile(detector),
    "emotion.tflite": await readFile(path.join(artefact, about.files[SERVED])),
    "golden.jpg": await readFile(path.join(artefact, about.golden.frame)),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
  const told = {
    hash: sha256(card), // as the server tells artefacts apart
    labels: about.labels,
    size: about.input.size,
    temperature: about.temperature,
    golden: { scores: about.golden.scores, tolerance: about.golden.tolerance },
    sha256: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)])),
    bytes: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.length])),
  };
  await writeFile(path.join(folder, "engine.json"), `${JSON.stringify(told)}\n`);
}
