// Time a still from pixels to scores in a page of Chromium, by one of three systems: a reading is {ms, face}.

const PEERS = "/peers/node_modules";
const TINY = { inputSize: 320, scoreThreshold: 0.5 };
// A face's expression and nothing else, computed anew for each frame.
const HUMAN = {
  modelBasePath: `${PEERS}/@vladmandic/human/models/`,
  wasmPath: `${PEERS}/@tensorflow/tfjs-backend-wasm/dist/`,
  ...{ backend: "wasm", async: false, cacheSensitivity: 0, warmup: "none", debug: false },
  filter: { enabled: false },
  gesture: { enabled: false },
  face: {
    enabled: true,
    detector: { rotation: false, maxDetected: 1, skipFrames: 0, skipTime: 0 },
    ...{ mesh: { enabled: false }, iris: { enabled: false }, description: { enabled: false } },
    emotion: { enabled: true, skipFrames: 0, skipTime: 0 },
  },
  ...{ body: { enabled: false }, hand: { enabled: false }, object: { enabled: false } },
};

async function ours() {
  const worker = new Worker("/worker.js", { type: "module" });
  const answer = (message) =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(message);
    });
  await answer(null);
  return async ({ data }) => {
    const { ms, state } = await answer(data);
    return { ms, face: state === "ok" };
  };
}

async function human() {
  const { Human } = await import(`${PEERS}/@vladmandic/human/dist/human.esm.js`);
  const engine = new Human(HUMAN);
  await engine.load();
  await isFast(engine.tf);
  return timed(async (image) => (await engine.detect(image)).face.some(({ emotion }) => emotion?.length));
}

async function faceApi() {
  const api = await import(`${PEERS}/@vladmandic/face-api/dist/face-api.esm.js`);
  api.tf.setWasmPaths(`${PEERS}/@tensorflow/tfjs-backend-wasm/dist/`);
  await api.tf.setBackend("wasm");
  await api.tf.ready();
  const models = `${PEERS}/@vladmandic/face-api/model/`;
  await isFast(api.tf);
  await api.nets.tinyFaceDetector.loadFromUri(models);
  await api.nets.faceExpressionNet.loadFromUri(models);
  const options = new api.TinyFaceDetectorOptions(TINY);
  return timed(async (image) => {
    const pixels = api.tf.browser.fromPixels(image);
    const found = await api.detectSingleFace(pixels, options).withFaceExpressions();
    pixels.dispose();
    return Boolean(found?.expressions);
  });
}

/** No system shall lose because it ran by a slower way than it has. */
async function isFast(tf) {
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  if (tf.getBackend() !== "wasm" || !simd) throw new Error(`${tf.getBackend()}, SIMD: ${simd}`);
}

const timed = (read) => async (image) => {
  const began = performance.now();
  const face = await read(image);
  return { ms: performance.now() - began, face };
};

const SYSTEMS = { ours, human, "face-api": faceApi };
const frames = [];
let read = null;

/** Load a system and `count` frames, and read each once: what is laid out for a first reading is then there. */
export async function prepare(name, count) {
  read = await SYSTEMS[name]();
  for (let i = 0; i < count; i++) {
    const pixels = await (await fetch(`/frames/${i}`)).arrayBuffer();
    frames.push(new ImageData(new Uint8ClampedArray(pixels), 320, 240));
  }
  await readAll();
}

export async function readAll() {
  const readings = [];
  for (const frame of frames) readings.push(await read(frame));
  return readings;
}
