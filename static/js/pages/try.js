// The public demo: one's own webcam through the engine, for two minutes, for oneself alone.
import { onAwake } from "../lib/awake.js";
import { visitorReason } from "../lib/close_codes.js";
import { remember } from "../lib/hints.js";
import { socketUrl } from "../lib/live_socket.js";
import { setText, showState } from "../lib/show.js";
import { caption, facePlace, saying, tryHint, tryState } from "../lib/try_state.js";
import { cameraPanel } from "../student/camera_panel.js";
import { openChannel } from "../student/channel.js";
import { showOwnResult } from "../student/own_result.js";
import { countdown } from "../try/countdown.js";
import { showFace } from "../try/face_frame.js";
import { readFrame } from "../try/read_frame.js";

const SPEAKS_EVERY_MS = 60_000; // to a screen reader; more often would be noise

const root = document.querySelector("[data-try]");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const { socketPath, workerUrl } = root.dataset;

const known = { wanted: false, ended: "", camera: "off", link: "none" };
let answers = [];
let spoken = -Infinity;

const channel = openChannel(workerUrl);
const camera = cameraPanel(part("camera"), channel, cameraIs, { echo: true });
const frame = readFrame(part("frame"));
const clock = countdown(part("clock"));

function learn(news) {
  const before = root.dataset.state;
  Object.assign(known, news);
  camera.allow(known.wanted, false);
  const state = tryState(known);
  showState(root, state);
  root.dataset.state = state;
  if (state !== before && state !== "live") rest();
}

function rest() {
  clock.stop();
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

function connect() {
  known.link = "connecting";
  channel.post({ type: "connect", url: socketUrl(socketPath), once: true });
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
  if (await frame.draw(answer.jpeg)) show(answer);
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
  else if (message.type === "link" && message.state === "closed") end(visitorReason(message.code));
});

root.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-action]")?.dataset.action;
  if (action === "start") learn({ wanted: true, ended: "" });
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
