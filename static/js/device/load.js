// Fetch the engine's files, make sure that they are the right ones, and prove the engine on the golden face.
import { engine } from "./engine.js";
import { startKernels } from "./memory.js";
import { loadNetwork } from "./network.js";

// The smallest program that a browser without SIMD in WebAssembly refuses: it gives a vector back.
const WITH_SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // "\0asm", version 1
  ...[1, 5, 1, 96, 0, 1, 123], // a type: () => v128
  ...[3, 2, 1, 0], // a function of that type
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11], // i8x16.splat(0), i8x16.popcnt
);

/** Why there is no engine on this device; `kind` is one of device_errors.js. */
export class EngineFailure extends Error {
  constructor(kind, cause) {
    super(kind, { cause });
    this.kind = kind;
  }
}

/**
 * The engine, proven: {read, hash, labels}; see engine.js. Rejects with an EngineFailure.
 * urls: {about, kernels, detector, network, golden}; onShare: hears how much has come, 0 to 1.
 */
export async function loadEngine(urls, onShare = () => {}) {
  if (!globalThis.WebAssembly?.validate(WITH_SIMD)) throw new EngineFailure("too_old");
  const about = JSON.parse(new TextDecoder().decode(await fetched(urls.about)));
  const files = await everything(urls, about, onShare);
  try {
    const read = await started(files, about);
    await prove(read, files.golden, about); // lays out the networks, too: memory may lack here first
    return { read, hash: about.hash, labels: about.labels };
  } catch (error) {
    if (error instanceof EngineFailure) throw error;
    throw new EngineFailure(error instanceof RangeError ? "memory" : "broken", error);
  }
}

const NAMES = {
  kernels: "kernels.wasm",
  detector: "blazeface.tflite",
  network: "emotion.tflite",
  golden: "golden.jpg",
};

async function everything(urls, about, onShare) {
  const all = Object.values(about.bytes).reduce((sum, bytes) => sum + bytes, 0);
  let come = 0;
  const onBytes = (count) => onShare((come += count) / all);
  const files = await Promise.all(
    Object.entries(NAMES).map(async ([part, name]) => {
      const bytes = await fetched(urls[part], onBytes);
      if ((await sha256(bytes)) !== about.sha256[name]) throw new EngineFailure("changed");
      return [part, bytes];
    }),
  );
  return Object.fromEntries(files);
}

/** The bytes at an address, an ArrayBuffer; `onBytes` hears of each part of them as it comes. */
async function fetched(url, onBytes = () => {}) {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const parts = [];
    for await (const part of chunks(answer.body)) {
      parts.push(part);
      onBytes(part.length);
    }
    return await new Blob(parts).arrayBuffer();
  } catch (error) {
    throw new EngineFailure("no_download", error);
  }
}

/** Safari's streams cannot be gone through with `for await`. */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function started({ kernels, detector, network }, about) {
  const machine = await startKernels(kernels);
  return engine({
    detector: loadNetwork(machine, detector),
    network: loadNetwork(machine, network),
    about,
  });
}

/** Read a face whose scores are known; that also lays out what a first reading needs. */
async function prove(read, jpeg, { golden, labels }) {
  const { state, scores } = read(await pixelsOf(jpeg));
  const off = state === "ok" ? labels.map((label, i) => Math.abs(scores[label] - golden.scores[i])) : [1];
  if (!(Math.max(...off) <= golden.tolerance)) throw new EngineFailure("unproven");
}

async function pixelsOf(jpeg) {
  const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false });
  context.drawImage(picture, 0, 0);
  picture.close();
  return context.getImageData(0, 0, width, height);
}
