// The public demo: one's own webcam through the engine, for oneself alone; on this device, or for two minutes on the
// server.
import { onAwake } from "../lib/awake.js";
import { visitorReason } from "../lib/close_codes.js";
import { remember } from "../lib/hints.js";
import { socketUrl } from "../lib/live_socket.js";
import { setText, showFacts, showState } from "../lib/show.js";
import { whereRead } from "../lib/student_state.js";
import { caption, facePlace, saying, tryHint, tryState } from "../lib/try_state.js";
import { cameraPanel } from "../student/camera_panel.js";
import { openChannel } from "../student/channel.js";
import { engineUrls, showEngine } from "../student/engine_panel.js";
import { showOwnResult } from "../student/own_result.js";
import { countdown } from "../try/countdown.js";
import { showFace } from "../try/face_frame.js";
import { readFrame } from "../try/read_frame.js";
import { stillOpen } from "../try/still_open.js";

const SPEAKS_EVERY_MS = 60_000; // to a screen reader; more often would be noise

const root = document.querySelector("[data-try]");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const { socketPath, workerUrl, inference } = root.dataset;
// As a server's news would say it; any engine will do, since nobody adds up what it reads.
const ALONE = { state: "live", expression: true, inference: "device", engine: "", frame_interval_ms: 150 };

const known = { wanted: false, ended: "", camera: "off", link: "none", engine: null };
let answers = [];
let spoken = -Infinity;

const channel = openChannel(workerUrl);
const camera = cameraPanel(part("camera"), channel, cameraIs, { echo: true });
const frame = readFrame(part("frame"));
const clock = countdown(part("clock"));
const door = stillOpen(() => end("not_open"));

function learn(news) {
  const before = root.dataset.state;
  Object.assign(known, news);
  camera.allow(known.wanted, false);
  const state = tryState(known);
  const reading = whereRead(inference, known.engine);
  showState(root, state);
  showEngine(part("engine"), reading, known.engine);
  showFacts(root, { limited: reading !== "device" });
  root.dataset.state = state;
  if (state !== before && state !== "live") rest();
}

function rest() {
  clock.stop();
  door.stop();
  spoken = -Infinity;
  clear();
}

function cameraIs(camera) {
  if (camera === "on" && known.link === "none") connect();
  if (camera === "error") disconnect();
  if (camera !== "on") clear();
  learn({ camera });
  showState(part("hints"), tryHint(answers, camera));
}

function start() {
  const mayRead = whereRead(inference, known.engine) !== "failed";
  learn(mayRead ? { wanted: true, ended: "" } : { ended: "unable" });
}

function connect() {
  const reading = whereRead(inference, known.engine);
  const here = reading === "loading" || reading === "device";
  known.link = reading === "device" ? "open" : "connecting"; // no line is needed
  if (here) door.start();
  else door.stop();
  channel.post(here ? { type: "alone", news: ALONE } : { type: "connect", url: socketUrl(socketPath), once: true });
}

/** The engine on this device is ready, or there is none: then the server reads, where the visitor agreed to that. */
function engineIs(engine) {
  known.engine = engine;
  const runs = known.link !== "none";
  if (engine.is === "ready" && runs) known.link = "open";
  if (known.wanted && whereRead(inference, engine) === "failed") return end("unable");
  if (engine.is === "failed" && runs) {
    disconnect();
    connect();
  }
  learn({});
}

function disconnect() {
  known.link = "none";
  channel.post({ type: "disconnect" });
}

function end(why) {
  if (known.link !== "none") disconnect();
  learn({ wanted: false, ended: why });
}

function clear() {
  answers = [];
  frame.clear();
  show({ scores: null });
}

async function answered(answer) {
  if (tryState(known) !== "live") return;
  answers = remember(answers, answer);
  showState(part("hints"), tryHint(answers, known.camera));
  if (answer.state !== "ok" && answer.state !== "no_face") return;
  if (await frame.draw(answer)) show(answer);
}

/** Everything about one frame at once: it stands drawn, and face, numbers and bars are those of its answer. */
function show(answer) {
  const words = saying(answer.scores);
  showOwnResult(part("result"), answer.scores);
  showFace(part("face"), facePlace(answer), caption(answer.scores));
  setText(part("saying"), words);
  if (words && performance.now() - spoken >= SPEAKS_EVERY_MS) {
    spoken = performance.now();
    setText(part("spoken"), words);
  }
}

function greeted({ lasts_s }) {
  clock.start(lasts_s);
  learn({ link: "open" });
}

channel.listen((message) => {
  if (message.type === "session") greeted(message);
  else if (message.type === "answer") answered(message);
  else if (message.type === "engine") engineIs(message);
  else if (message.type === "link" && message.state === "closed") end(visitorReason(message.code));
});

root.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-action]")?.dataset.action;
  if (action === "start") start();
  else if (action === "camera-off") end("stopped");
  else if (action === "camera-retry") camera.retry();
  else if (action === "reload") location.reload();
});

onAwake(() => channel.post({ type: "wake" }));
// Nobody looks at the page any more, so nobody needs the camera.
addEventListener("pagehide", () => known.wanted && end("away"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden && tryState(known) === "live") end("away");
});

learn({});
channel.post({ type: "engine", urls: engineUrls(root) });
