// Takes frames and sends them, also while the page is hidden: timers in a Worker are not slowed down.
//
// From the page: what session_link.js obeys, {type: "camera", readable | track | byPage, echo}, {type: "camera-off"},
// {type: "bitmap", bitmap}. `echo`: answers come with the frame that they are about.
// To the page: {type: "link" | "session" | "answer", ...}, {type: "pictures", are}, {type: "camera-problem", kind},
// {type: "want-bitmap"}, and at first {type: "hello", readsTracks, draws}.
import { pageSource, streamSource } from "../lib/frame_sources.js";
import { jpegMaker } from "../lib/jpeg.js";
import { readsWhatItDraws } from "../lib/known_picture.js";
import { pictureWatch } from "../lib/pictures.js";
import { encodeFrame, nextSeq } from "../lib/protocol.js";
import { sessionLink } from "../lib/session_link.js";
import { mayCapture } from "../lib/student_state.js";

const ANSWER_WITHIN_MS = 2000;
const DEFAULT_DELAY_MS = 2000;
const UNANSWERED_IN_A_ROW = 5; // the server answers every frame: then this line is dead

let linkIsOpen = false;
let news = null;
let source = null;
let watch = null;
let echo = false;
let inFlight = null; // {seq, jpeg, settle}: at most one frame without an answer
let unanswered = 0;
let seq = 0;
let running = false;
let toJpeg = null;

const link = sessionLink({
  onLink(is) {
    linkIsOpen = is.state === "open";
    if (!linkIsOpen) news = null;
    unanswered = 0;
    inFlight?.settle(null);
    postMessage({ type: "link", ...is });
  },
  onNews(message) {
    news = message;
    postMessage(message);
    run();
  },
  onAnswer(answer) {
    unanswered = 0; // also a late one says that the line stands
    const about = answer.seq === inFlight?.seq ? inFlight : null;
    about?.settle(answer);
    postMessage({ type: "answer", ...answer, jpeg: echo ? about?.jpeg : undefined });
  },
});

function disconnect() {
  linkIsOpen = false;
  news = null;
  inFlight?.settle(null);
}

const ready = () => linkIsOpen && watch !== null && mayCapture(news);

/** One frame after another, for as long as it is allowed; the server's answer sets the pace. */
async function run() {
  if (running) return;
  running = true;
  while (ready()) {
    const answer = await sendOne().catch(() => null); // one bad picture is not the end
    await sleep(answer?.next_delay_ms ?? news?.frame_interval_ms ?? DEFAULT_DELAY_MS);
  }
  running = false;
}

async function sendOne() {
  const asked = source;
  const { are, jpeg } = await watch.next();
  if (asked !== source) return null; // another camera, or none any more
  if (are) postMessage({ type: "pictures", are });
  if (!jpeg || !ready()) return null; // paused or withdrawn while the picture was being made
  seq = nextSeq(seq);
  const sent = link.send(encodeFrame(seq, Date.now(), jpeg));
  const answer = sent ? await answerTo(seq, jpeg) : null;
  if (!answer && linkIsOpen && ++unanswered >= UNANSWERED_IN_A_ROW) link.giveUp();
  return answer;
}

function answerTo(sent, jpeg) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timer);
      inFlight = null;
      resolve(answer);
    };
    const timer = setTimeout(settle, ANSWER_WITHIN_MS, null);
    inFlight = { seq: sent, jpeg, settle };
  });
}

async function useCamera(camera) {
  dropCamera();
  echo = Boolean(camera.echo);
  const opened = (source = sourceOf(camera));
  const problem = await drawingProblem();
  if (opened !== source) return;
  if (problem) {
    dropCamera();
    return postMessage({ type: "camera-problem", kind: problem });
  }
  toJpeg ??= jpegMaker();
  watch = pictureWatch(() => takeFrom(opened), sleep);
  run();
}

const drawingProblem = () =>
  readsWhatItDraws().then(
    (yes) => (yes ? "" : "scrambled"),
    () => "too_old",
  );

function sourceOf({ readable, track }) {
  if (readable) return streamSource(readable);
  if (track) return streamSource(new MediaStreamTrackProcessor({ track }).readable, track);
  return pageSource(() => postMessage({ type: "want-bitmap" }));
}

async function takeFrom(camera) {
  const picture = await camera.next();
  return picture && toJpeg(picture);
}

function dropCamera() {
  source?.stop();
  source = watch = null;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

onmessage = ({ data }) => {
  link.obey(data);
  if (data.type === "disconnect") disconnect();
  else if (data.type === "camera") useCamera(data);
  else if (data.type === "camera-off") dropCamera();
  else if (data.type === "bitmap") source?.deliver?.(data.bitmap);
};

postMessage({
  type: "hello",
  readsTracks: "MediaStreamTrackProcessor" in globalThis,
  draws: "OffscreenCanvas" in globalThis && "convertToBlob" in OffscreenCanvas.prototype,
});
